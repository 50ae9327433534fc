// @ts-check
// The dates of the timeline: bins of stories, periods as the filters write them, and
// where the ticks of the axis are. No element of the page is touched here.

import { locale } from "../lib/i18n.js";

/** A day in milliseconds. */
const day = 86_400_000;

/**
 * @typedef {object} Bins
 * @property {number} from milliseconds since 1970
 * @property {number} to
 * @property {number} step
 * @property {number[]} counts
 * @property {number} undated
 */

/**
 * A period of time in milliseconds since 1970; to is exclusive.
 * @typedef {{from: number, to: number}} Part
 */

/**
 * The period of a filter's value: "2019-01-01/2019-12-31", a day, or an
 * interval with an open end, which then is that of all.
 * @param {string} value
 * @param {Part} all
 * @returns {Part}
 */
export function partOf(value, all) {
  const [from, to] = value.includes("/") ? value.split("/") : [value, value];
  const isOpen = (/** @type {string} */ end) => end === "" || end === "..";
  return {
    from: isOpen(from) ? all.from : Date.parse(from),
    to: isOpen(to) ? all.to : Date.parse(to) + (to.length === 10 ? day : 0),
  };
}

/** The value of a filter for a period, in days where it begins and ends with one. @param {Part} part */
export function intervalOf({ from, to }) {
  const isDays = from % day === 0 && to % day === 0;
  const first = new Date(from).toISOString();
  const last = new Date(to - (isDays ? day : 1000)).toISOString();
  return isDays ? `${first.slice(0, 10)}/${last.slice(0, 10)}` : `${first.slice(0, 19)}Z/${last.slice(0, 19)}Z`;
}

/**
 * Widens a period to whole bins.
 * @param {Bins} bins
 * @param {number} from
 * @param {number} to
 * @returns {Part}
 */
export function snapped({ from: zero, step, counts }, from, to) {
  const first = Math.min(counts.length - 1, Math.max(0, Math.floor((from - zero) / step)));
  const last = Math.min(counts.length, Math.max(first + 1, Math.ceil((to - zero) / step)));
  return { from: zero + first * step, to: zero + last * step };
}

/**
 * Moves a period by whole bins, within the ends of the chart.
 * @param {{from: number, to: number}} part
 * @param {number} by
 * @param {Bins} bins
 */
export function shifted({ from, to }, by, bins) {
  const steps = Math.round(Math.min(bins.to - to, Math.max(bins.from - from, by)) / bins.step);
  return { from: from + steps * bins.step, to: to + steps * bins.step };
}

const days = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** The date of a time, in the reader's language. @param {number} time */
export const dayText = (time) => days.format(time);

/**
 * Years, months, days and hours: about how long each is, its beginning by number,
 * the number that a time falls in, how it is written, and how many may be skipped.
 * @type {{size: number, begin: (n: number) => number, of: (time: number) => number, form: Intl.DateTimeFormatOptions, strides: number[]}[]}
 */
const units = [
  {
    size: 365.25 * day,
    begin: (n) => Date.UTC(n, 0),
    of: (time) => new Date(time).getUTCFullYear(),
    form: { year: "numeric" },
    strides: [1, 2, 5, 10, 20, 50, 100],
  },
  {
    size: 30.4 * day,
    begin: (n) => Date.UTC(1900, n),
    of: (time) => (new Date(time).getUTCFullYear() - 1900) * 12 + new Date(time).getUTCMonth(),
    form: { month: "short", year: "numeric" },
    strides: [1, 2, 3, 6],
  },
  {
    size: day,
    begin: (n) => n * day,
    of: (time) => Math.floor(time / day),
    form: { day: "numeric", month: "short" },
    strides: [1, 2, 7, 14],
  },
  {
    size: day / 24,
    begin: (n) => (n * day) / 24,
    of: (time) => Math.floor((time * 24) / day),
    form: { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" },
    strides: [1, 3, 6, 12],
  },
];

/**
 * Where the largest units begin of which there are two or more, as many as fit.
 * @param {number} from
 * @param {number} to
 * @param {number} most
 */
export function ticksOf(from, to, most) {
  const { size, begin, of, form, strides } = units.find((unit) => to - from >= 2 * unit.size) ?? units[units.length - 1];
  const stride = strides.find((many) => (to - from) / (size * many) <= most) ?? strides[strides.length - 1];
  const starts = [];
  for (let n = Math.ceil(of(from) / stride) * stride; n <= of(to); n += stride) {
    const start = begin(n);
    if (start >= from && start < to) starts.push(start);
  }
  return { starts, form: new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...form }) };
}
