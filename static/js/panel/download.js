// @ts-check
// Links to download what matches a query, in formats that other programs read.

import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { readable } from "../lib/state.js";

/**
 * The formats that the server offers, as the page lists them: ".csv CSV, .kml KML".
 * @type {{extension: string, label: string}[]}
 */
const formats = (document.body.dataset.formats ?? "")
  .split(", ")
  .filter(Boolean)
  .map((format) => {
    const [extension, ...label] = format.split(" ");
    return { extension, label: label.join(" ") };
  });

/**
 * @param {URLSearchParams} query
 * @param {string} extension with the dot
 */
function fileAddress(query, extension) {
  const asked = new URLSearchParams(query);
  asked.set("download", "1");
  return `/api/features${extension}?${readable(asked)}`;
}

/**
 * @param {URLSearchParams} query
 * @returns {HTMLElement[]}
 */
export function downloadLinks(query) {
  return formats.map(({ extension, label }) =>
    el(
      "a",
      {
        href: fileAddress(query, extension),
        download: true,
        class: "button",
        "data-format": extension.slice(1),
        "aria-label": t("download.as", { format: label }),
      },
      label,
    ),
  );
}
