// The permission tree: three states, counts and hints, search, and the buttons above it. Every text comes from the page.
"use strict";

(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (name, properties) => Object.assign(document.createElement(name), properties);
  const panelOf = (element) => element.closest("[data-resources]");

  const boxOf = (node) => one(":scope > .node-row > input", node);
  const nodesIn = (root) => all("[data-node]", root);
  const parentOf = (node) => node.parentElement.closest("[data-node]");

  function ancestorsOf(node) {
    const parent = parentOf(node);
    return parent ? [parent, ...ancestorsOf(parent)] : [];
  }

  // Draws the three states, the counts and the hints from what is ticked. Never ticks anything.
  function redrawTree(panel) {
    const nodes = nodesIn(panel);
    for (const node of nodes) {
      const box = boxOf(node);
      const below = all(":scope [data-node] > .node-row > input", node);
      const ticked = below.filter((other) => other.checked).length;
      box.indeterminate = !box.checked && ticked > 0;
      node.dataset.state = box.checked ? "on" : ticked > 0 ? "mixed" : "off";
      const part = one(":scope > .node-row > .part", node);
      if (part) {
        part.hidden = !(ticked > 0 && (ticked < below.length || !box.checked));
        part.textContent = panel.dataset.partly.replace("%1", ticked).replace("%2", below.length);
      }
      redrawMissing(panel, node);
    }
    const ticked = nodes.filter((node) => boxOf(node).checked).length;
    one("[data-resources-count]", panel).textContent = panel.dataset.count.replace("%1", ticked).replace("%2", nodes.length);
  }

  function redrawMissing(panel, node) {
    const line = one(":scope > [data-missing]", node);
    const parent = parentOf(node);
    const isTopmost = boxOf(node).checked && !(parent && boxOf(parent).checked);
    const absent = isTopmost ? ancestorsOf(node).filter((other) => !boxOf(other).checked && !boxOf(other).disabled && other.dataset.routes !== "0") : [];
    line.hidden = absent.length === 0;
    line.replaceChildren(...absent.map((other) => missingOne(panel, other)));
    if (absent.length) line.prepend(make("span", { textContent: panel.dataset.missingLabel }));
  }

  function missingOne(panel, node) {
    const title = one(":scope > .node-row > label", node).textContent;
    const routes = one(":scope > .node-row .routes", node).textContent;
    const button = make("button", { className: "button small", type: "submit", name: "include", value: node.dataset.node, textContent: panel.dataset.include });
    button.setAttribute("aria-label", panel.dataset.includeWhich.replace("%1", title));
    const line = make("span", { className: "missing-one", textContent: `${title}: ${routes} ` });
    line.append(button);
    return line;
  }

  function tick(box) {
    const node = box.closest("[data-node]");
    for (const other of all(":scope [data-node] > .node-row > input:not(:disabled)", node)) other.checked = box.checked;
    const list = one(":scope > details", node);
    if (list && box.checked) list.open = true;
    redrawTree(panelOf(box));
  }

  function include(button) {
    const panel = panelOf(button);
    const node = nodesIn(panel).find((other) => other.dataset.node === button.value);
    boxOf(node).checked = true;
    redrawTree(panel);
    boxOf(node).focus();
  }

  function tickEverything(panel, value) {
    for (const box of all("input[name='resource[]']:not(:disabled)", panel)) box.checked = value;
    redrawTree(panel);
  }

  function narrowTree(panel) {
    const words = one("[data-resources-search]", panel).value.trim().toLowerCase();
    const tickedOnly = one("[data-resources-ticked-only]", panel).checked;
    const fits = (node) => {
      const row = one(":scope > .node-row", node);
      const text = `${one("label", row).textContent} ${node.dataset.node}`.toLowerCase();
      return text.includes(words) && (!tickedOnly || boxOf(node).checked);
    };
    const shown = new Set();
    for (const node of nodesIn(panel).filter(fits)) [node, ...ancestorsOf(node)].forEach((other) => shown.add(other));
    for (const node of nodesIn(panel)) {
      node.hidden = !shown.has(node);
      const list = one(":scope > details", node);
      if (list && (words || tickedOnly) && nodesIn(list).some((other) => shown.has(other))) list.open = true;
    }
    one("[data-resources-none]", panel).hidden = shown.size > 0;
  }

  function pressTreeTool(button) {
    const panel = panelOf(button);
    if (button.matches("[data-resources-tick]")) tickEverything(panel, true);
    if (button.matches("[data-resources-untick]")) tickEverything(panel, false);
    if (button.matches("[data-resources-open]")) all("details", panel).forEach((list) => { list.open = true; });
    if (button.matches("[data-resources-close]")) all("details", panel).forEach((list) => { list.open = false; });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-resources] button");
    if (button?.matches(".tool-buttons button")) pressTreeTool(button);
    if (button?.matches("[name=include]")) { event.preventDefault(); include(button); }
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-tree] input[name='resource[]']")) tick(event.target);
    if (event.target.matches("[data-resources-ticked-only]")) narrowTree(panelOf(event.target));
  });

  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-resources-search]")) narrowTree(panelOf(event.target));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("[data-resources-search]")) event.preventDefault();
  });

  const draw = (root) => all("[data-resources]", root).forEach(redrawTree);
  document.addEventListener("drawn", (event) => draw(event.detail));
  draw(document);
  // Going back, the browser puts back what was ticked after the page was drawn.
  addEventListener("pageshow", () => draw(document));
})();
