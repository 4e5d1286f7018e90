// Improves pages that work without it: partial refresh of grids, dialogs in place, copy buttons, the split button, the
// partner's window. Every text comes from the page. Listeners sit on the document, so that replaced parts need no second
// set-up beyond `enhance`, which tells other scripts by the event `drawn`.
"use strict";

(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const isPlainClick = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  const address = () => location.pathname + location.search;
  let here = address();

  // ---- asking the server -------------------------------------------------------------------------

  async function askQuietly(url, options = {}) {
    try {
      const response = await fetch(url, { ...options, headers: { "X-Requested-With": "XMLHttpRequest" } });
      const html = await response.text();
      if (response.status !== 401) document.dispatchEvent(new CustomEvent("asked"));
      const page = new DOMParser().parseFromString(html, "text/html");
      return { page, isWhole: /^\s*<!doctype/i.test(html), isSignedOut: response.status === 401, redirectedTo: response.redirected ? response.url : null };
    } catch {
      return null;
    }
  }

  async function ask(url, options) {
    document.documentElement.toggleAttribute("data-busy", true);
    say(document.body.dataset.loading);
    try {
      return await askQuietly(url, options);
    } finally {
      document.documentElement.toggleAttribute("data-busy", false);
      say("");
    }
  }

  function present(answer) {
    if (answer === null) return fail();
    if (answer.isSignedOut) return showSignedOut(answer.page);
    if (answer.isWhole) return showPage(answer);
    const inside = one("[data-dialog-body]", answer.page);
    if (inside) return openDialog(inside);
    const details = one("[data-details]", answer.page);
    if (details) return showDetails(details);
    return fail();
  }

  // A whole page answered where a part was expected: signed out, not found, saved. It is shown as the page it is.
  function showPage({ page, redirectedTo }) {
    document.title = page.title;
    document.body.replaceWith(document.adoptNode(page.body));
    if (redirectedTo) history.pushState(null, "", redirectedTo);
    here = address();
    enhance(document);
    scrollTo(0, 0);
    (one("[autofocus]") ?? one("#content"))?.focus();
  }

  function fail() {
    const { failedTitle, failed, ok } = document.body.dataset;
    tell(failedTitle, failed, make("button", { className: "button primary", type: "submit", textContent: ok, autofocus: true }));
  }

  // The page stays as it is underneath: what was typed can be sent again.
  function showSignedOut(page) {
    tell(one("h1", page).textContent, one(".lead", page).textContent, document.adoptNode(one(".ways a", page)));
  }

  function tell(title, words, way) {
    const inside = make("div", { className: "dialog-frame" });
    const acts = make("form", { method: "dialog", className: "dialog-actions" });
    acts.append(way);
    inside.append(make("h2", { id: "dialog-title", className: "dialog-title", textContent: title }), make("p", { textContent: words }), acts);
    openDialog(inside);
  }

  function make(name, properties) {
    return Object.assign(document.createElement(name), properties);
  }

  function say(words) {
    let live = one("#live");
    if (!live) {
      live = make("p", { id: "live", className: "unseen" });
      live.setAttribute("role", "status");
      document.body.append(live);
    }
    live.textContent = words ?? "";
  }

  // ---- grid --------------------------------------------------------------------------------------

  let latestRefresh = 0;

  async function refreshGrid(grid, query, remembers) {
    const turn = ++latestRefresh;
    grid.setAttribute("aria-busy", "true");
    const answer = await ask(grid.dataset.grid + query);
    if (turn !== latestRefresh) return;
    grid.removeAttribute("aria-busy");
    if (answer === null || answer.isWhole) return present(answer);
    const focused = grid.contains(document.activeElement) ? document.activeElement : null;
    replaceParts(grid, answer.page);
    const messages = one("[data-messages]", answer.page);
    if (messages?.childElementCount) one("#messages")?.replaceChildren(...messages.childNodes);
    if (remembers) history.pushState(null, "", grid.dataset.page + query);
    here = address();
    enhance(grid);
    if (focused) refocus(grid, focused.id);
  }

  // What had the focus may be gone now, or be a link that leads nowhere any more: then the focus stays at the grid.
  function refocus(grid, id) {
    if (id) document.getElementById(id)?.focus();
    if (!grid.contains(document.activeElement)) grid.focus();
  }

  function replaceParts(root, page) {
    for (const part of all("[data-part]", root)) {
      const fresh = one(`[data-part="${part.dataset.part}"]`, page);
      if (fresh) part.replaceChildren(...fresh.childNodes);
    }
  }

  function queryOf(form, submitter) {
    const filled = [...new FormData(form, submitter)].filter(([, value]) => value !== "");
    return filled.length ? `?${new URLSearchParams(filled)}` : "";
  }

  // ---- dialogs -----------------------------------------------------------------------------------

  function openDialog(inside) {
    let dialog = one(".dialog[open]");
    const isNew = !dialog;
    if (isNew) {
      dialog = make("dialog", { className: "dialog" });
      dialog.setAttribute("aria-labelledby", "dialog-title");
      dialog.addEventListener("close", () => closed(dialog));
      (one("#integration-popup-container") ?? document.body).append(dialog);
    }
    dialog.replaceChildren(document.adoptNode(inside));
    enhance(dialog);
    if (isNew) dialog.showModal();
    const target = one("[aria-invalid]", dialog) ?? one("input[type=password]", dialog) ?? one("[autofocus]", dialog);
    (target ?? one("button, a[href]", dialog))?.focus();
  }

  function closed(dialog) {
    const leadsTo = one("[data-close-href]", dialog)?.dataset.closeHref;
    dialog.remove();
    if (!leadsTo) return;
    const grid = one("[data-grid]");
    if (grid?.dataset.page === leadsTo) refreshGrid(grid, location.search, false);
    else location.assign(leadsTo);
  }

  function showDetails(details) {
    one(".dialog[open]")?.close();
    one("[data-details]")?.replaceWith(document.adoptNode(details));
    enhance(details);
    details.focus();
  }

  async function submitInPlace(form, submitter) {
    if (form.dataset.sent) return;
    form.dataset.sent = "yes";
    // Now or never: after an answer browsers take the window for an advertisement.
    const opens = form.matches("[data-opens-window]");
    const partner = opens ? openWindow() : null;
    const body = new URLSearchParams(new FormData(form, submitter));
    for (const split of all("[data-split]")) toggleSplit(split, false);
    const answer = await ask(form.action, { method: "POST", body });
    delete form.dataset.sent;
    present(answer);
    if (opens) leadWindow(partner);
  }

  // ---- the partner's window ----------------------------------------------------------------------

  function openWindow() {
    const { availWidth, availHeight, availLeft = 0, availTop = 0 } = screen;
    const [width, height] = [Math.min(680, availWidth), Math.min(510, availHeight)];
    const left = Math.round(availLeft + (availWidth - width) / 2);
    const top = Math.round(availTop + (availHeight - height) / 2);
    const partner = open("", "_blank", `width=${width},height=${height},left=${left},top=${top}`);
    if (!partner) return null;
    partner.opener = null;
    partner.document.title = partner.document.body.textContent = document.body.dataset.loading;
    return partner;
  }

  // Leads the window to the partner's page, or closes it when there is nothing to be done there.
  function leadWindow(partner) {
    const exchange = one("[data-exchange]");
    const leadsTo = exchange?.dataset.partner;
    if (!leadsTo) return partner?.close();
    if (partner) return partner.location.replace(leadsTo);
    one("[data-blocked]", exchange).hidden = false;
    one("a[target]", exchange).focus();
  }

  // Asks what has become of the exchange until nothing more can. Only what has changed is drawn, and so announced.
  async function watchExchange(exchange) {
    const until = Date.now() + 1000 * Number(exchange.dataset.checkSeconds) + 5000;
    while (exchange.dataset.checkHref && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      if (!exchange.isConnected) return;
      const answer = await askQuietly(exchange.dataset.checkHref);
      if (!exchange.isConnected) return;
      if (answer?.isWhole) return present(answer);
      const fresh = answer && one("[data-exchange]", answer.page);
      if (fresh && fresh.dataset.exchange !== exchange.dataset.exchange) redrawExchange(exchange, fresh);
    }
  }

  function redrawExchange(exchange, fresh) {
    const hadFocus = exchange.contains(document.activeElement);
    const wasBlocked = one("[data-blocked]", exchange)?.hidden === false;
    exchange.dataset.exchange = fresh.dataset.exchange;
    if (!fresh.dataset.checkHref) delete exchange.dataset.checkHref;
    replaceParts(exchange, fresh);
    const note = one("[data-blocked]", exchange);
    if (note) note.hidden = !wasBlocked || "completed" in fresh.dataset;
    enhance(exchange);
    if (hadFocus) one(".primary, a", exchange).focus();
    const grid = one("[data-grid]");
    if (!grid || !("completed" in fresh.dataset)) return;
    // The list behind the dialog says it at once, and so closing need not lead there again.
    refreshGrid(grid, location.search, false);
    delete exchange.closest("[data-close-href]")?.dataset.closeHref;
  }

  // ---- copying -----------------------------------------------------------------------------------

  async function copy(button) {
    const field = document.getElementById(button.dataset.copy);
    const told = one("[role=status]", button.closest(".field"));
    const { copied, copyFailed } = document.body.dataset;
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      told.textContent = copied;
    } catch {
      told.textContent = document.execCommand("copy") ? copied : copyFailed;
    }
    button.focus();
    setTimeout(() => { told.textContent = ""; }, 4000);
  }

  // ---- split button ------------------------------------------------------------------------------

  function toggleSplit(split, opens) {
    const menu = one("[data-split-menu]", split);
    const toggle = one("[data-split-toggle]", split);
    if (!opens && menu.contains(document.activeElement)) toggle.focus();
    menu.hidden = !opens;
    toggle.setAttribute("aria-expanded", String(opens));
    if (opens) one("button", menu).focus();
  }

  const isOpen = (split) => one("[data-split-toggle]", split).getAttribute("aria-expanded") === "true";

  // ---- set-up and listeners ----------------------------------------------------------------------

  function enhance(root) {
    for (const element of all("[data-script], [data-copy], [data-split-toggle]", root)) element.hidden = false;
    for (const button of all("[data-copy]", root)) {
      const told = make("span", { className: "copied" });
      told.setAttribute("role", "status");
      button.parentElement.after(told);
    }
    for (const split of all("[data-split]", root)) {
      split.classList.add("is-split");
      toggleSplit(split, false);
    }
    all("[data-exchange]", root).forEach(watchExchange);
    document.dispatchEvent(new CustomEvent("drawn", { detail: root }));
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("a, button, dialog");
    for (const split of all("[data-split]")) if (isOpen(split) && !split.contains(event.target)) toggleSplit(split, false);
    if (!target || !isPlainClick(event)) return;
    if (event.target.matches(".dialog")) return one("[data-stays]", event.target) ? undefined : event.target.close();
    if (target.matches("dialog [data-close]")) { event.preventDefault(); return target.closest("dialog").close(); }
    if (target.matches("a[data-dialog]")) { event.preventDefault(); return ask(target.href).then(present); }
    if (target.matches("[data-copy]")) return copy(target);
    if (target.matches("[data-split-toggle]")) { const split = target.closest("[data-split]"); return toggleSplit(split, !isOpen(split)); }
    const grid = target.closest("[data-grid]");
    if (grid && target.matches("a") && target.pathname === grid.dataset.page) {
      event.preventDefault();
      return refreshGrid(grid, target.search, true);
    }
  });

  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    const grid = form.closest("[data-grid]");
    if (grid && form.method === "get") {
      event.preventDefault();
      refreshGrid(grid, queryOf(form, submitter), true);
    } else if (form.method === "post" && (form.matches("[data-dialog]") || submitter?.matches("[data-dialog]"))) {
      event.preventDefault();
      submitInPlace(form, submitter);
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-goes-at-once]")) {
      const page = event.target.form.elements.namedItem("page");
      if (page) page.value = "1";
      event.target.form.requestSubmit();
    }
  });

  document.addEventListener("keydown", (event) => {
    const split = event.target.closest?.("[data-split]");
    if (split && event.key === "Escape" && isOpen(split)) toggleSplit(split, false);
    if (split && event.key === "ArrowDown" && event.target.matches("[data-split-toggle]")) { event.preventDefault(); toggleSplit(split, true); }
  });

  addEventListener("popstate", () => {
    if (address() === here) return;
    const grid = one("[data-grid]");
    if (grid && location.pathname === grid.dataset.page) refreshGrid(grid, location.search, false);
    else location.reload();
  });

  enhance(document);
  if (one("[data-closes-window]")) close();
})();
