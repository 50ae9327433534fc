// @ts-check
// The words of the page, from messages/LANGUAGE.json. The server chose the
// language and wrote it into the html element; the same files feed its templates.
// A message is one text, or a text for each plural category of CLDR, with {name}
// where a value goes. A message that is missing in a language is in English.

/** @typedef {string | Record<string, string>} Message */

/** The language of the page, BCP 47. */
export const locale = document.documentElement.lang || "en";

const english = "en";
/** @type {[Record<string, Message>, Record<string, Message>]} */
const [own, fallback] = await Promise.all([load(locale), locale === english ? {} : load(english)]);
const plurals = new Intl.PluralRules(locale);
const numbers = new Intl.NumberFormat(locale);

/**
 * @param {string} code
 * @returns {Promise<Record<string, Message>>}
 */
async function load(code) {
  const response = await fetch(new URL(`../../messages/${code}.json`, import.meta.url));
  if (!response.ok) throw new Error(`messages in ${code}: ${response.status}`);
  return response.json();
}

/**
 * The message of a key. A value named count chooses the plural; numbers are
 * written as the language does.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  const message = own[key] ?? fallback[key];
  if (message === undefined) {
    console.error(`no message ${key}`);
    return key;
  }
  const text = typeof message === "string" ? message : (message[plurals.select(Number(values.count ?? 0))] ?? message.other);
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? numbers.format(value) : value;
  });
}

/** Whether a message exists, for keys that are made of what the server says. @param {string} key */
export function has(key) {
  return key in own || key in fallback;
}
