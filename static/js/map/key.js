// @ts-check
// The legend of the markers.

import { el } from "../lib/dom.js";
import { glyph } from "../lib/glyph.js";
import { t } from "../lib/i18n.js";

/** @param {HTMLElement} root */
export function addKey(root) {
  /** @type {[string, HTMLElement][]} */
  const rows = [
    ["focus", glyph({ role: "focus", precision: "city" })],
    ["dateline", glyph({ role: "dateline", precision: "city" })],
    ["mention", glyph({ role: "mention", precision: "city" })],
    ["doubt", glyph({ role: "mention", precision: "city", confidence: 0 })],
    ["area", glyph({ role: "mention", precision: "admin1" })],
    ["country", el("span", { class: "key-country", "aria-hidden": "true" })],
    ["late", el("span", { class: "badge" }, t("late.badge"))],
    ["cluster", el("span", { class: "key-cluster", "aria-hidden": "true" }, "9")],
  ];
  root.append(
    el(
      "details",
      {},
      el("summary", {}, t("key.title")),
      el(
        "ul",
        {},
        ...rows.map(([name, mark]) =>
          el("li", {}, mark.matches(".badge") ? mark : el("span", { class: "key-mark" }, mark), t(`key.${name}`)),
        ),
      ),
    ),
  );
}
