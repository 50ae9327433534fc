// @ts-check
// The symbol of a place: fill and size show its role, the shape its precision, and a
// broken outline doubt. Colour is never the only difference.

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
  return el(
    "span",
    { class: `glyph ${roleClass(role)} ${isArea(precision) ? "area" : "spot"}${doubt}`, "aria-hidden": "true" },
    stories > 1 ? el("b", {}, countWords(stories)) : null,
  );
}
