/** The page's behaviour: filter by text and effect, open and close all, keys. Without it everything is still there. */
export const SCRIPT = `
"use strict";
(() => {
  const filter = document.getElementById("filter");
  if (!filter) return;
  const changes = [...document.querySelectorAll("details.change")];
  const texts = changes.map((change) => change.textContent.toLowerCase());
  const buttons = [...document.querySelectorAll("button[data-effect]")];
  const status = document.getElementById("shown");
  const apply = () => {
    const words = filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const off = new Set(buttons.filter((one) => one.getAttribute("aria-pressed") === "false").map((one) => one.dataset.effect));
    let shown = 0;
    changes.forEach((change, index) => {
      const fits = !off.has(change.dataset.effect) && words.every((word) => texts[index].includes(word));
      change.hidden = !fits;
      if (fits) shown += 1;
    });
    status.textContent = shown + " of " + changes.length + " shown";
  };
  filter.addEventListener("input", apply);
  for (const button of buttons) button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") === "false"));
    apply();
  });
  for (const [id, open] of [["open-all", true], ["close-all", false]])
    document.getElementById(id).addEventListener("click", () => changes.forEach((change) => { if (!change.hidden) change.open = open; }));
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== filter && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      filter.focus();
    }
    if (event.key === "Escape" && document.activeElement === filter) { filter.value = ""; apply(); }
  });
  document.querySelector(".tools").hidden = false;
  apply();
})();
`;
