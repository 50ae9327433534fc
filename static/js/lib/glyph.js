// @ts-check
// How a place looks wherever it stands: its role by fill and size, its precision
// by shape, doubt by a broken outline. Never by colour alone.

import { el } from "./dom.js";
import { compact } from "./format.js";
import { doubtBelow, isArea, rank } from "../map/group.js";

/** @param {string} role */
function roleClass(role) {
  return role in rank ? role : "mention";
}

/** A count as a glyph has room for it. @param {number} stories */
export function countWords(stories) {
  return stories > 99 ? "99+" : compact(stories);
}

/**
 * @param {{role: string, precision: string, confidence?: number}} place
 * @param {number} [stories]
 */
export function glyph({ role, precision, confidence = 1 }, stories = 1) {
  const doubt = confidence < doubtBelow ? " doubt" : "";
  return el("span", { class: `glyph ${roleClass(role)} ${isArea(precision) ? "area" : "spot"}${doubt}`, "aria-hidden": "true" }, stories > 1 ? el("b", {}, countWords(stories)) : null);
}
