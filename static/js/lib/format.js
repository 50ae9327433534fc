// @ts-check
// Numbers, times and names of countries and languages as the reader writes them.

import { el } from "./dom.js";
import { locale, t } from "./i18n.js";

const hour = 3_600_000;
const day = 24 * hour;

/** A story received this long after publication, in milliseconds, is late. */
const lateAfter = 2 * day;

const numbers = new Intl.NumberFormat(locale);
const compacts = new Intl.NumberFormat(locale, { notation: "compact", maximumSignificantDigits: 2 });
const percents = new Intl.NumberFormat(locale, { style: "percent" });
const days = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
const bareDays = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const moments = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
const ago = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
const lists = new Intl.ListFormat(locale, { type: "conjunction" });

/** @param {number} n */
export const number = (n) => numbers.format(n);

/** @param {number} n */
export const compact = (n) => (n < 1000 ? numbers.format(n) : compacts.format(n));

/** @param {number} share 0..1 */
export const percent = (share) => percents.format(share);

const scores = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** @param {number} n 0..1; what rounds to nothing is not nothing */
export const score = (n) => (n > 0 && n < 0.005 ? `< ${scores.format(0.01)}` : scores.format(n));

/** @param {string[]} words */
export const listOf = (words) => lists.format(words);

/**
 * Midnight in UTC is how a bare date is stored: it means that day everywhere.
 * @param {Date} date
 */
function isBareDay(date) {
  return date.getTime() % day === 0;
}

/** @param {Date | number} time */
export function dayOf(time) {
  const date = new Date(time);
  return (isBareDay(date) ? bareDays : days).format(date);
}

/** @param {Date} date */
function momentOf(date) {
  return isBareDay(date) ? bareDays.format(date) : moments.format(date);
}

/**
 * "3 hours ago" within a day, else the day.
 * @param {Date} date
 * @param {number} [now]
 */
export function timeWords(date, now = Date.now()) {
  const past = now - date.getTime();
  if (isBareDay(date) || past < 0 || past >= day) return dayOf(date);
  return past < hour ? ago.format(-Math.round(past / 60_000), "minute") : ago.format(-Math.round(past / hour), "hour");
}

/**
 * A time element for an RFC 3339 time, or null if it is unknown.
 * @param {string | null | undefined} time
 */
export function timeElement(time) {
  const date = new Date(time ?? "");
  if (Number.isNaN(date.getTime())) return null;
  return el("time", { datetime: time ?? "", title: momentOf(date) }, timeWords(date));
}

/** A formatter takes long to make, and a map has hundreds of ages. @type {Record<string, Intl.NumberFormat>} */
const ages = Object.fromEntries(
  ["year", "month", "week", "day", "hour", "minute"].map((unit) => [
    unit,
    new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "narrow" }),
  ]),
);

/**
 * How long ago in the shortest form, "3h" or "2y".
 * @param {string | null | undefined} time RFC 3339
 * @param {number} [now]
 */
export function age(time, now = Date.now()) {
  const then = new Date(time ?? "").getTime();
  if (Number.isNaN(then)) return "";
  const [amount, unit] = span(Math.max(0, now - then));
  return ages[unit].format(amount);
}

/**
 * A length of time in words, "3 days".
 * @param {number} length milliseconds
 */
export function duration(length) {
  const [amount, unit] = span(length);
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(amount);
}

/**
 * @param {number} length milliseconds
 * @returns {[number, string]}
 */
function span(length) {
  /** @type {[string, number][]} */
  const units = [
    ["year", 365 * day],
    ["month", 30 * day],
    ["week", 7 * day],
    ["day", day],
    ["hour", hour],
    ["minute", 60_000],
  ];
  for (const [unit, size] of units) {
    if (length >= size) return [Math.floor(length / size), unit];
  }
  return [0, "minute"];
}

/**
 * Whether stories are an archive rather than news: where most came long after
 * they were published, a badge on each would say nothing.
 * @param {{published?: string | null, fetched?: string | null}[]} stories
 */
export function isArchive(stories) {
  return 2 * stories.filter((s) => delay(s.published, s.fetched) > lateAfter).length > stories.length;
}

/**
 * How long after its publication a story came, in milliseconds; NaN if unknown.
 * @param {string | null | undefined} published RFC 3339
 * @param {string | null | undefined} fetched RFC 3339
 */
function delay(published, fetched) {
  return new Date(fetched ?? "").getTime() - new Date(published ?? "").getTime();
}

/**
 * The badge of a story that came long after it was published, or null.
 * @param {string | null | undefined} published RFC 3339
 * @param {string | null | undefined} fetched RFC 3339
 */
export function lateBadge(published, fetched) {
  const late = delay(published, fetched);
  if (!(late > lateAfter)) return null;
  return el(
    "span",
    { class: "badge", title: t("late.title", { length: duration(late), day: dayOf(new Date(fetched ?? "")) }) },
    t("late.badge"),
  );
}

const regions = new Intl.DisplayNames([locale], { type: "region", fallback: "code" });
const languages = new Intl.DisplayNames([locale], { type: "language", fallback: "code" });

/** @param {string} code ISO 3166-1 alpha-2 */
export function countryName(code) {
  return named(regions, code);
}

/** @param {string} code BCP 47 */
export function languageName(code) {
  return named(languages, code);
}

/**
 * @param {Intl.DisplayNames} names
 * @param {string} code
 */
function named(names, code) {
  try {
    return names.of(code) ?? code;
  } catch {
    return code; // A malformed code is shown as it is.
  }
}
