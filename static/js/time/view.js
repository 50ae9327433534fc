// @ts-check
// The timeline below the map: a bar chart of stories over time, in which the reader
// selects a period with the mouse or the keyboard, and play, which steps through it.
// The dates and periods themselves are computed in model.js.

import * as api from "../lib/api.js";
import { el, icon, isStill } from "../lib/dom.js";

import { locale, t } from "../lib/i18n.js";
import { periods } from "../lib/state.js";
import { dayText, intervalOf, partOf, shifted, snapped, ticksOf } from "./model.js";

/** @typedef {import("./model.js").Bins} Bins */

const space = "http://www.w3.org/2000/svg";
/** Height of the bars and of the words under them, in pixels. */
const barsHeight = 44;
const wordsHeight = 16;

/** Maximum width of a bar in pixels, so that a single one does not fill the chart. */
const widest = 28;

/** Between two steps of play, in milliseconds. */
const beat = 1_400;

/** Number of steps of play, if no period is selected. */
const beats = 12;

export class TimeLine {
  /**
   * @param {HTMLElement} root
   * @param {import("../lib/state.js").State} state
   */
  constructor(root, state) {
    this.root = root;
    this.state = state;
    /** @type {Bins | null} */
    this.bins = null;
    this.running = new AbortController();
    this.playing = 0;
    /** @type {{from: number, to: number} | null} the period that is being selected */
    this.draft = null;
    this.asked = "";
    this.presets = el(
      "div",
      { class: "switch flat", role: "radiogroup", "aria-label": t("time.presets") },
      ...["24h", "7d", "30d", ""].map((period) => radio("period", period, t(`time.${period || "all"}`), () => this.#preset(period))),
    );
    this.by = el(
      "div",
      { class: "switch flat", role: "radiogroup", "aria-label": t("time.by") },
      ...["published", "fetched"].map((by) => radio("by", by, t(`time.${by}`), () => this.#count(by))),
    );
    this.words = el("output", { class: "time-words" });
    this.play = el("button", {
      type: "button",
      id: "play",
      class: "button icon-only",
      onclick: () => (this.playing ? this.stop() : this.start()),
    });
    this.svg = document.createElementNS(space, "svg");
    this.svg.setAttribute("role", "img");
    this.brush = el("div", { class: "brush", hidden: true }, this.#handle("from"), this.#handle("to"));
    this.chart = el("div", { class: "chart", dir: "ltr" }, this.svg, this.brush);
    this.chart.addEventListener("pointerdown", (event) => this.#drag(event));
    this.note = el("p", { class: "time-note", hidden: true });
    this.root.append(el("div", { class: "time-bar" }, this.play, this.presets, this.words, this.by), this.chart, this.note);
    this.#drawPlay();
    state.on(["filters", "period", "by"], () => {
      this.#write();
      this.load();
    });
    new ResizeObserver(() => this.#draw()).observe(this.chart);
    this.#write();
    this.load();
  }

  /** @param {"from" | "to"} end */
  #handle(end) {
    const handle = el("div", { class: `handle-${end}`, role: "slider", tabindex: "0", "aria-label": t(`time.${end}`), "data-end": end });
    handle.addEventListener("keydown", (event) => this.#nudge(event, end));
    return handle;
  }

  /** Loads the counts under the filters, other than the time filter. */
  async load() {
    const query = this.state.query({ bins: this.root.clientWidth < 600 ? "50" : "100", by: this.state.by, whole: "1" });
    query.delete(this.state.timeFilter);
    const asked = String(query);
    if (asked === this.asked) return;
    this.asked = asked;
    this.running.abort();
    const mine = (this.running = new AbortController());
    try {
      const { from, to, step_seconds: step, counts, undated } = await api.histogram(query, mine.signal);
      this.bins = from && counts.length > 0 ? { from: Date.parse(from), to: Date.parse(to), step: step * 1000, counts, undated } : null;
      this.#say(this.bins ? "" : t("time.none"));
      this.#draw();
    } catch (error) {
      this.asked = "";
      if (mine.signal.aborted) return;
      if (!(error instanceof api.ApiError)) throw error;
      if (!this.bins) this.#say(error.isMissing ? t("time.missing") : error.message);
    }
  }

  /** Loads the counts again, although the filters are the same. */
  reload() {
    this.asked = "";
    return this.load();
  }

  /** @param {string} text */
  #say(text) {
    this.note.hidden = text === "";
    this.note.textContent = text;
    this.chart.hidden = text !== "";
    /** @type {HTMLButtonElement} */ (this.play).disabled = text !== "";
  }

  /** @param {string} period */
  #preset(period) {
    this.stop();
    const { [this.state.timeFilter]: _, ...filters } = this.state.filters;
    this.state.set({ period, filters });
  }

  /**
   * Counts by the other time. The part that was chosen is one of the time before,
   * and stays as a filter; a period until now goes over.
   * @param {string} by
   */
  #count(by) {
    this.stop();
    const other = by === "fetched" ? "received" : "datetime";
    const { [other]: _, ...filters } = this.state.filters;
    this.state.set(this.state.period ? { by, filters } : { by });
  }

  /** Writes the state into the controls. */
  #write() {
    const { period, by, filters, timeFilter } = this.state;
    for (const input of this.presets.querySelectorAll("input")) input.checked = input.value === period && !filters[timeFilter];
    for (const input of this.by.querySelectorAll("input")) input.checked = input.value === by;
    this.#drawBrush();
  }

  /** The part of time that is chosen, or null for all. @returns {{from: number, to: number} | null} */
  get chosen() {
    if (this.draft) return this.draft;
    const { period, filters } = this.state;
    const now = Date.now();
    if (period) return { from: now - periods[period], to: now };
    const value = filters[this.state.timeFilter];
    return value ? partOf(value, this.bins ?? { from: 0, to: now }) : null;
  }

  /** The bins, for what happens only while there are some. @returns {Bins} */
  get #known() {
    return /** @type {Bins} */ (this.bins);
  }

  #draw() {
    const { bins, svg } = this;
    const width = this.chart.clientWidth;
    if (!bins || width === 0) return;
    svg.setAttribute("viewBox", `0 0 ${width} ${barsHeight + wordsHeight}`);
    svg.setAttribute("width", String(width));
    svg.setAttribute("height", String(barsHeight + wordsHeight));
    const all = bins.counts.reduce((a, b) => a + b, 0);
    svg.setAttribute("aria-label", t("time.chart", { count: all, from: dayText(bins.from), to: dayText(bins.to) }));
    const most = Math.max(...bins.counts, 1);
    const wide = width / bins.counts.length;
    const barWidth = Math.min(widest, Math.max(1, wide - 1));
    const bars = bins.counts.map((count, i) => {
      const height = count === 0 ? 0 : Math.max(2, (count / most) * (barsHeight - 4));
      const bar = shape("rect", {
        x: (i + 0.5) * wide - barWidth / 2,
        y: barsHeight - height,
        width: barWidth,
        height,
        rx: Math.min(1.5, wide / 4),
      });
      bar.append(shape("title", {}, t("time.bin", { count, day: dayText(bins.from + i * bins.step) })));
      return bar;
    });
    svg.replaceChildren(
      shape("line", { class: "axis", x1: 0, x2: width, y1: barsHeight + 0.5, y2: barsHeight + 0.5 }),
      ...bars,
      ...this.#ticks(width),
    );
    this.#drawBrush();
  }

  /** @param {number} width */
  #ticks(width) {
    const { from, to } = this.#known;
    const { starts, form } = ticksOf(from, to, Math.max(2, Math.floor(width / 90)));
    return starts.flatMap((time) => {
      const x = ((time - from) / (to - from)) * width;
      if (x > width - 24 || x < 0) return [];
      return [
        shape("line", { class: "tick", x1: x, x2: x, y1: barsHeight, y2: barsHeight + 4 }),
        shape("text", { x: x + 3, y: barsHeight + 13 }, form.format(time)),
      ];
    });
  }

  #drawBrush() {
    const { bins, chosen } = this;
    this.#drawWords();
    this.brush.hidden = !bins;
    if (!bins) return;
    const part = chosen ?? { from: bins.from, to: bins.to };
    const span = bins.to - bins.from;
    const left = Math.min(1, Math.max(0, (part.from - bins.from) / span));
    const right = Math.min(1, Math.max(left, (part.to - bins.from) / span));
    this.brush.style.insetInlineStart = `${left * 100}%`;
    this.brush.style.width = `${(right - left) * 100}%`;
    this.brush.classList.toggle("whole", !chosen);
    for (const handle of /** @type {NodeListOf<HTMLElement>} */ (this.brush.querySelectorAll("[data-end]"))) {
      const value = handle.dataset.end === "from" ? part.from : part.to;
      for (const [key, of] of Object.entries({
        valuemin: bins.from,
        valuemax: bins.to,
        valuenow: Math.min(bins.to, Math.max(bins.from, value)),
        valuetext: dayText(value),
      }))
        handle.setAttribute(`aria-${key}`, String(of));
    }
    [...this.svg.querySelectorAll("rect")].forEach((bar, i) => {
      const start = bins.from + i * bins.step;
      bar.classList.toggle("out", chosen !== null && (start + bins.step <= part.from || start >= part.to));
    });
  }

  #drawWords() {
    const { chosen, bins } = this;
    const { period } = this.state;
    if (period && !this.draft) this.words.textContent = t(`period.${period}`);
    else if (chosen) this.words.textContent = t("chip.between", { from: dayText(chosen.from), to: dayText(chosen.to - 1) });
    else this.words.textContent = bins?.undated ? t("time.undated", { count: bins.undated }) : "";
  }

  /**
   * Drawing on the chart chooses a part; in the part, it moves; a press alone
   * chooses all.
   * @param {PointerEvent} event
   */
  #drag(event) {
    const { bins } = this;
    if (!bins || event.button !== 0) return;
    event.preventDefault();
    this.stop();
    const frame = this.chart.getBoundingClientRect();
    const timeAt = (/** @type {number} */ x) =>
      bins.from + Math.min(1, Math.max(0, (x - frame.left) / frame.width)) * (bins.to - bins.from);
    const grip = event.target instanceof HTMLElement ? event.target.dataset.end : "";
    const before = this.chosen;
    const start = timeAt(event.clientX);
    const inside = !grip && before && event.target === this.brush ? before : null;
    const anchor = grip === "from" ? (before ?? bins).to : grip === "to" ? (before ?? bins).from : start;
    let moved = false;
    this.chart.setPointerCapture(event.pointerId);
    const move = (/** @type {PointerEvent} */ e) => {
      if (!moved && Math.abs(e.clientX - event.clientX) < 4) return;
      moved = true;
      const here = timeAt(e.clientX);
      this.draft = inside ? shifted(inside, here - start, bins) : snapped(this.#known, Math.min(anchor, here), Math.max(anchor, here));
      this.#drawBrush();
    };
    const end = () => {
      this.chart.removeEventListener("pointermove", move);
      const { draft } = this;
      this.draft = null;
      if (draft) this.#choose(draft);
      else if (!grip && !inside) this.#preset("");
      this.#drawBrush();
    };
    this.chart.addEventListener("pointermove", move);
    this.chart.addEventListener("pointerup", end, { once: true });
    this.chart.addEventListener("pointercancel", end, { once: true });
  }

  /**
   * @param {{from: number, to: number}} part to is where it ends, exclusive
   * @param {{step?: boolean}} [options] whether it makes a step in the history
   */
  #choose({ from, to }, { step = true } = {}) {
    const { bins } = this;
    if (bins && from <= bins.from && to >= bins.to) return this.#preset("");
    this.state.set({ period: "", filters: { ...this.state.filters, [this.state.timeFilter]: intervalOf({ from, to }) } }, { step });
  }

  /**
   * @param {KeyboardEvent} event
   * @param {"from" | "to"} end
   */
  #nudge(event, end) {
    const { bins } = this;
    if (!bins) return;
    const steps = /** @type {Record<string, number>} */ ({
      ArrowLeft: -1,
      ArrowDown: -1,
      ArrowRight: 1,
      ArrowUp: 1,
      PageDown: -10,
      PageUp: 10,
      Home: -Infinity,
      End: Infinity,
    });
    const by = steps[event.key];
    if (by === undefined) return;
    event.preventDefault();
    this.stop();
    const part = this.chosen ?? { from: bins.from, to: bins.to };
    const { from, to } = snapped(this.#known, part.from, part.to);
    const next = (/** @type {number} */ time, /** @type {number} */ least, /** @type {number} */ most) =>
      Math.min(most, Math.max(least, time + by * bins.step));
    this.#choose(end === "from" ? { from: next(from, bins.from, to - bins.step), to } : { from, to: next(to, from + bins.step, bins.to) });
  }

  /** Plays from the selected period, or from the beginning. */
  start() {
    const { bins, chosen } = this;
    if (!bins) return;
    const length =
      chosen && chosen.to < bins.to && !this.state.period
        ? chosen.to - chosen.from
        : Math.max(bins.step, Math.round((bins.to - bins.from) / beats / bins.step) * bins.step);
    let from = chosen && chosen.to < bins.to && !this.state.period ? chosen.from : bins.from - length;
    const stride = () => {
      from += length;
      if (from >= bins.to) return this.stop();
      this.#choose(snapped(this.#known, from, Math.min(from + length, bins.to) - 1), { step: false });
    };
    this.playing = window.setInterval(stride, isStill() ? beat * 2 : beat);
    stride();
    this.#drawPlay();
  }

  stop() {
    clearInterval(this.playing);
    this.playing = 0;
    this.#drawPlay();
  }

  #drawPlay() {
    const words = t(this.playing ? "time.pause" : "time.play");
    this.play.replaceChildren(icon(this.playing ? "pause" : "play"));
    this.play.setAttribute("aria-label", words);
    this.play.title = words;
  }
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} words
 * @param {() => void} choose
 */
function radio(name, value, words, choose) {
  return el("label", {}, el("input", { type: "radio", name: `time-${name}`, value, onchange: choose }), el("span", {}, words));
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {string} [text]
 */
function shape(tag, attributes, text = "") {
  const element = document.createElementNS(space, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  if (text) element.textContent = text;
  return element;
}
