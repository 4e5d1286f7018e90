// Warns before the session ends because nothing was asked of the server, and goes on with it at one press. Whatever any
// tab asks for makes it last longer: tabs tell each other.
"use strict";

(() => {
  const LEAD = 120_000;
  const tabs = new BroadcastChannel("session");
  let asked = Date.now();
  let warning = null;

  function prolong() {
    asked = Date.now();
    look();
  }

  function look() {
    warning = document.querySelector("[data-lasts]") ?? warning;
    if (!warning) return;
    const lasts = 1000 * Number(warning.dataset.lasts);
    const left = asked + lasts - Date.now();
    const isShown = left <= Math.min(LEAD, lasts / 2);
    // Beside a modal dialog nothing can be pressed.
    const top = document.querySelector("dialog:modal") ?? document.body;
    if (isShown && warning.parentElement !== top) top.append(warning);
    warning.querySelector("[data-soon]").hidden = left <= 0;
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
    tabs.postMessage("asked");
  });

  tabs.addEventListener("message", prolong);
  if (document.querySelector("[data-lasts]")) tabs.postMessage("asked");
  setInterval(look, 1000);
})();
