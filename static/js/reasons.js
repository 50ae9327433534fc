// @ts-check
// The reasons for a place, in the reader's words. The server gives them as short
// English sentences of a fixed form; one of another form stands as it is.

import { countryName } from "./format.js";
import { locale, t } from "./i18n.js";

/**
 * The forms as the server writes them, and the message of each; what stands for
 * %s or %.0f goes into the message as {what}.
 * @type {[string, string][]}
 */
const forms = [
  ["%s named beside it", "reason.beside"],
  ["named as what holds another place", "reason.holds"],
  ["near the outlet's home", "reason.nearHome"],
  ["outlet's home", "reason.home"],
  ["near where the outlet's name puts it", "reason.nearName"],
  ["%s named most often", "reason.most"],
  ["other places of the story lie near", "reason.near"],
  ["a listed abbreviation", "reason.abbreviation"],
  ["named by its people", "reason.people"],
  ["the words beside it fit", "reason.words"],
  ["the only place of that name", "reason.only"],
  ["best known of that name", "reason.known"],
  ["coordinates written in the text", "reason.coordinates"],
  ["the publisher's own point", "reason.publisher"],
  ["the nearest place, %.0f km away", "reason.nearest"],
  ["its country located by %s", "reason.countryLocated"],
  ["located by %s", "reason.located"],
];

const patterns = forms.map(([form, key]) => {
  const literal = form.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return { key, pattern: new RegExp(`^${literal.replace("%s", "(.+)").replace("%\\.0f", "(\\d+)")}$`, "s") };
});

/**
 * @param {string} reason as the server gives it
 * @param {string | null} country ISO 3166-1 alpha-2 of the place that it speaks for
 */
export function reasonWords(reason, country) {
  if (locale === "en") return reason;
  for (const { key, pattern } of patterns) {
    const found = pattern.exec(reason);
    if (found) return t(key, found.length > 1 ? { what: nameOf(found[1], key === "reason.most" ? country : null) } : {});
  }
  return reason;
}

/**
 * A number as such, and the name of the country in the reader's language. What
 * stands in the text stays as it stands there.
 * @param {string} what
 * @param {string | null} country
 * @returns {string | number}
 */
function nameOf(what, country) {
  if (/^\d+$/.test(what)) return Number(what);
  const isCountry = country && new Intl.DisplayNames(["en"], { type: "region", fallback: "code" }).of(country) === what;
  return isCountry ? countryName(country) : what;
}
