// The settings: a field that has the system's value is out of reach, and a group stays as open as it was left.
"use strict";

(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  function follow(box) {
    document.getElementById(box.dataset.inherits).disabled = box.checked;
  }

  // Where the browser keeps nothing, everything is open.
  const kept = {
    read(group) { try { return localStorage.getItem(group); } catch { return null; } },
    write(group, state) { try { localStorage.setItem(group, state); } catch { /* not kept */ } },
  };

  function enhance(root) {
    all("[data-inherits]", root).forEach(follow);
    for (const group of all("[data-remembered]", root)) {
      const isWrong = group.querySelector("[aria-invalid]") !== null;
      group.open = isWrong || kept.read(group.dataset.remembered) !== "closed";
      group.addEventListener("toggle", () => kept.write(group.dataset.remembered, group.open ? "open" : "closed"));
    }
  }

  document.addEventListener("change", (event) => { if (event.target.matches("[data-inherits]")) follow(event.target); });
  // A link of the summary leads into a group that is closed.
  document.addEventListener("click", (event) => {
    const target = event.target.closest('.summary a[href^="#"]');
    const group = target && document.getElementById(target.hash.slice(1))?.closest("details");
    if (group) group.open = true;
  });
  document.addEventListener("drawn", (event) => enhance(event.detail));
  enhance(document);
})();
