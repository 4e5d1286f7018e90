// Warns before the session ends: because nothing was asked of the server, which one press puts off, or because no session
// gets older, which nothing puts off. Whatever any tab asks for makes it last longer, and whoever signs in again in one tab
// can send the forms of the others: tabs tell each other.
"use strict";

(() => {
  const LEAD = 120_000;
  const tabs = new BroadcastChannel("session");
  let asked = Date.now();
  let ends = 0;
  let warning = null;

  function prolong() {
    asked = Date.now();
    look();
  }

  function look() {
    warning = document.querySelector("[data-lasts]") ?? warning;
    if (!warning) return;
    const lasts = 1000 * Number(warning.dataset.lasts);
    const isLast = ends <= asked + lasts;
    const left = Math.min(ends, asked + lasts) - Date.now();
    const isShown = left <= (isLast ? LEAD : Math.min(LEAD, lasts / 2));
    // Beside a modal dialog nothing can be pressed.
    const top = document.querySelector("dialog:modal") ?? document.body;
    if (isShown && warning.parentElement !== top) top.append(warning);
    warning.querySelector("[data-soon]").hidden = left <= 0 || isLast;
    warning.querySelector("[data-last]").hidden = left <= 0 || !isLast;
    warning.querySelector("[data-over]").hidden = left > 0;
    warning.hidden = !isShown;
  }

  async function stay(link) {
    const answer = await fetch(link.href, { method: "HEAD", headers: { "X-Requested-With": "XMLHttpRequest" } }).catch(() => null);
    if (answer?.ok) document.dispatchEvent(new CustomEvent("asked"));
    if (answer?.status === 401) asked = 0;
    look();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-stay]");
    if (!link) return;
    event.preventDefault();
    stay(link);
  });

  document.addEventListener("asked", () => {
    prolong();
    tabs.postMessage({});
  });

  tabs.addEventListener("message", ({ data }) => {
    ends = Math.max(ends, data.ends ?? 0);
    if (data.key) for (const field of document.querySelectorAll("input[name=form_key]")) field.value = data.key;
    prolong();
  });

  const drawn = document.querySelector("[data-lasts]");
  if (drawn) {
    ends = asked + 1000 * Number(drawn.dataset.atMost);
    tabs.postMessage({ ends, key: document.querySelector("input[name=form_key]")?.value });
  }
  setInterval(look, 1000);
})();
