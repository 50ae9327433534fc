// @ts-check
// Notices above the map, each with a button to close it.

import { el, icon, must } from "./dom.js";
import { t } from "./i18n.js";

/** @type {Map<string, HTMLElement>} */
const shown = new Map();

/**
 * Shows a notice in place of the former one of the same subject; no text takes
 * it away.
 * @param {string} subject
 * @param {string} text
 * @param {{action?: string, act?: () => void}} [options]
 */
export function notify(subject, text, { action = "", act = () => {} } = {}) {
  shown.get(subject)?.remove();
  shown.delete(subject);
  if (!text) return;
  const close = el(
    "button",
    { type: "button", class: "button icon-only quiet", "aria-label": t("notice.close"), onclick: () => notify(subject, "") },
    icon("close"),
  );
  const button = action ? el("button", { type: "button", class: "button quiet", onclick: () => act() }, action) : null;
  const notice = el("div", { class: "notice", "data-subject": subject }, el("p", { dir: "auto" }, text), button, close);
  shown.set(subject, notice);
  must("#notices").append(notice);
}
