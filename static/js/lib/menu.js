// @ts-check
// A button that opens a panel below it. Escape and a click elsewhere close it.

import { el, icon } from "./dom.js";

/**
 * @param {HTMLElement} place where the button goes
 * @param {object} options
 * @param {string} options.id of the button
 * @param {string} options.label
 * @param {string} options.drawing
 * @param {(close: () => void) => (Node | null)[]} options.fill called each time it opens
 */
export function addMenu(place, { id, label, drawing, fill }) {
  const body = el("div", { id: `${id}-menu`, class: "menu-body", role: "group", "aria-label": label, hidden: true });
  const button = el(
    "button",
    {
      type: "button",
      id,
      class: "button icon-only",
      "aria-label": label,
      title: label,
      "aria-expanded": "false",
      "aria-controls": `${id}-menu`,
    },
    icon(drawing),
  );
  const root = el("div", { class: "menu" }, button, body);

  /** @param {boolean} open */
  const set = (open) => {
    if (open) body.replaceChildren(.../** @type {Node[]} */ (fill(() => set(false)).filter(Boolean)));
    body.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => set(body.hidden));
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || body.hidden) return;
    event.stopPropagation();
    set(false);
    button.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!body.hidden && event.target instanceof Node && !root.contains(event.target)) set(false);
  });
  root.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && !root.contains(event.relatedTarget)) set(false);
  });
  place.append(root);
}
