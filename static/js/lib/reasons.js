// @ts-check
// The reasons for a place, in the reader's language. The server gives them as data;
// a reason with an unknown code is shown with the server's text.

import { countryName } from "./format.js";
import { has, locale, t } from "./i18n.js";

/** @typedef {import("./api.js").Reason} Reason */

/** @param {Reason} reason */
export function reasonText({ code, params, text }) {
  const key = `reason.${code}`;
  return has(key) ? t(key, values(params ?? {})) : text;
}

/**
 * The values of a message: a country by its name in the reader's language, and
 * kilometres as a number.
 * @param {Record<string, string>} params
 * @returns {Record<string, string | number>}
 */
function values(params) {
  const out = /** @type {Record<string, string | number>} */ ({ ...params });
  if (params.country && locale !== "en") out.name = countryName(params.country);
  if (params.km) out.km = Number(params.km);
  return out;
}
