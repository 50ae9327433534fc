// @ts-check
// A small chart of stories over time, and the same as a table. The table has the
// links, so that the chart needs no pointer.

import { el } from "../lib/dom.js";
import { dayOf, number } from "../lib/format.js";
import { locale, t } from "../lib/i18n.js";

/** Heights in pixels: of the bars, and of all with the words below. */
const barsHeight = 72;
const wholeHeight = 94;

/** Widths in pixels: room for the words of the axis, and for a bar. */
const tickWidth = 84;
const mostBar = 28;

const day = 86_400_000;

/**
 * @typedef {object} Bins
 * @property {number} from milliseconds since 1970
 * @property {number} step milliseconds
 * @property {number[]} counts
 */

/** @param {{from: string | null, step_seconds: number, counts: number[]}} answer of /api/histogram */
export function readBins(answer) {
  return answer.from ? { from: Date.parse(answer.from), step: answer.step_seconds * 1000, counts: answer.counts } : null;
}

/**
 * @param {HTMLElement} root
 * @param {Bins} bins
 * @param {(from: Date, to: Date) => string} address that a bar leads to
 */
export function addChart(root, bins, address) {
  const start = (/** @type {number} */ i) => bins.from + i * bins.step;
  const hrefs = bins.counts.map((_, i) => address(new Date(start(i)), new Date(start(i + 1) - 1000)));
  const svg = /** @type {SVGSVGElement} */ (shape("svg", { role: "img", height: wholeHeight }));
  const frame = el("div", { class: "bars", dir: "ltr" });
  frame.append(svg);
  svg.addEventListener("click", (event) => {
    const bar = event.target instanceof Element ? event.target.closest("[data-bin]") : null;
    if (bar) location.href = hrefs[Number(bar.getAttribute("data-bin"))];
  });
  const draw = () => drawBars(svg, bins, frame.clientWidth);
  root.append(frame, el("p", { class: "quiet-text" }, t("place.time.hint")), table(bins, hrefs));
  new ResizeObserver(draw).observe(frame);
}

/**
 * @param {SVGSVGElement} svg
 * @param {Bins} bins
 * @param {number} width pixels
 */
function drawBars(svg, { from, step, counts }, width) {
  if (width === 0) return;
  svg.setAttribute("width", String(width));
  svg.setAttribute("viewBox", `0 0 ${width} ${wholeHeight}`);
  const all = counts.reduce((a, b) => a + b, 0);
  svg.setAttribute("aria-label", t("time.chart", { count: all, from: dayOf(from), to: dayOf(from + step * counts.length - 1000) }));
  const most = Math.max(...counts, 1);
  const wide = Math.min(mostBar, width / counts.length);
  const bars = counts.flatMap((count, i) => {
    if (count === 0) return [];
    const height = Math.max(3, (count / most) * (barsHeight - 14));
    const whole = shape("g", { "data-bin": i, class: "bin" });
    const x = i * wide;
    whole.append(
      shape("rect", { class: "reach", x, y: 0, width: wide, height: barsHeight }),
      shape("rect", { class: "bar", x: x + 0.5, y: barsHeight - height, width: Math.max(1, wide - 1), height, rx: Math.min(2, wide / 4) }),
    );
    if (wide >= 16)
      whole.append(shape("text", { class: "count", x: x + wide / 2, y: barsHeight - height - 3, "text-anchor": "middle" }, number(count)));
    whole.append(shape("title", {}, t("time.bin", { count, day: period(from + i * step, step) })));
    return [whole];
  });
  svg.replaceChildren(
    ...bars,
    shape("line", { class: "axis", x1: 0, x2: wide * counts.length, y1: barsHeight + 0.5, y2: barsHeight + 0.5 }),
    ...ticks(from, step, counts.length, wide),
  );
}

/**
 * @param {number} from
 * @param {number} step
 * @param {number} bins
 * @param {number} wide pixels of a bin
 */
function ticks(from, step, bins, wide) {
  const every = Math.max(1, Math.ceil(tickWidth / wide));
  const form = tickForm(step * every);
  const out = [];
  for (let i = 0; i < bins; i += every) {
    const x = i * wide;
    out.push(shape("line", { class: "tick", x1: x + 0.5, x2: x + 0.5, y1: barsHeight, y2: barsHeight + 5 }));
    if (i === 0 || (bins - i) * wide > tickWidth / 2) out.push(shape("text", { x, y: barsHeight + 17 }, form.format(from + i * step)));
  }
  return out;
}

/** @param {number} apart milliseconds between two ticks */
function tickForm(apart) {
  // Bins rarely begin with a year: "2009, 2011, 2013, 2015, 2016" would be uneven.
  if (apart >= 3 * 360 * day) return new Intl.DateTimeFormat(locale, { year: "numeric", timeZone: "UTC" });
  if (apart >= 28 * day) return new Intl.DateTimeFormat(locale, { year: "numeric", month: "short", timeZone: "UTC" });
  if (apart >= day) return new Intl.DateTimeFormat(locale, { month: "short", day: "numeric", timeZone: "UTC" });
  return new Intl.DateTimeFormat(locale, { month: "short", day: "numeric", hour: "numeric", timeZone: "UTC" });
}

const days = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
const hours = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });

/**
 * A bin in words: "3 – 9 May 2026".
 * @param {number} from
 * @param {number} step
 */
function period(from, step) {
  const form = step < day ? hours : days;
  return form.formatRange(from, from + step - (step < day ? 0 : 1000));
}

/**
 * @param {Bins} bins
 * @param {string[]} hrefs
 */
function table({ from, step, counts }, hrefs) {
  const rows = counts.flatMap((count, i) =>
    count === 0
      ? []
      : [
          el(
            "tr",
            {},
            el("th", { scope: "row" }, el("a", { href: hrefs[i] }, period(from + i * step, step))),
            el("td", { class: "figure" }, number(count)),
          ),
        ],
  );
  const head = el("tr", {}, el("th", { scope: "col" }, t("place.time.period")), el("th", { scope: "col" }, t("place.time.stories")));
  return el(
    "details",
    { class: "as-table" },
    el("summary", {}, t("place.time.table")),
    el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows)),
  );
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {string} [text]
 */
function shape(tag, attributes, text = "") {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  if (text) node.append(text);
  return node;
}
