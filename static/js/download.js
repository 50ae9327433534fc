// @ts-check
// Files of what matches a query, in the forms that other programs read.

import { el } from "./dom.js";
import { t } from "./i18n.js";
import { readable } from "./state.js";

/** Name for people, and the file's ending in the API. */
const formats = /** @type {[string, string][]} */ ([["GeoJSON", "geojson"], ["CSV", "csv"], ["KML", "kml"]]);

/**
 * @param {URLSearchParams} query
 * @param {string} ending
 */
export function fileAddress(query, ending) {
  const asked = new URLSearchParams(query);
  asked.set("download", "1");
  return `/api/features.${ending}?${readable(asked)}`;
}

/**
 * @param {URLSearchParams} query
 * @returns {HTMLElement[]}
 */
export function downloadLinks(query) {
  return formats.map(([name, ending]) => el("a", { href: fileAddress(query, ending), download: true, class: "button", "data-format": ending, "aria-label": t("download.as", { format: name }) }, name));
}
