// @ts-check
// Countries shaded by how many stories name a place in them, with a legend that
// is also a list, for readers who cannot see the shades.

import * as api from "../lib/api.js";
import { countries } from "./countries.js";
import { el } from "../lib/dom.js";
import { countryName, number } from "../lib/format.js";
import { t } from "../lib/i18n.js";

const L = /** @type {any} */ (window).L;

/** Number of shades; the style sheet has the same number. */
const shades = 5;

/** Number of countries in the legend. */
const mostListed = 8;

export class Choropleth {
  /**
   * @param {any} map
   * @param {object} options
   * @param {HTMLElement} options.legend
   * @param {import("../lib/state.js").State} options.state
   * @param {(error: unknown) => void} options.fail
   */
  constructor(map, { legend, state, fail }) {
    this.map = map;
    this.legend = legend;
    this.state = state;
    this.fail = fail;
    this.on = false;
    this.running = new AbortController();
    map.createPane("countries").style.zIndex = "340";
    this.layer = L.layerGroup();
    this.renderer = L.svg({ pane: "countries", padding: 0.3 });
    /** @type {Map<string, any>} by ISO code */
    this.shapes = new Map();
  }

  /**
   * @param {boolean} on
   * @param {{load?: boolean}} [options] load: false where load is called in any case
   */
  show(on, { load = true } = {}) {
    this.on = on;
    this.legend.hidden = !on;
    if (!on) {
      this.running.abort();
      return this.layer.remove();
    }
    this.layer.addTo(this.map);
    return load ? this.load() : undefined;
  }

  /** Loads the counts under the filters. */
  async load() {
    if (!this.on) return;
    this.running.abort();
    const mine = (this.running = new AbortController());
    try {
      const [{ countries: counted }, outlines] = await Promise.all([api.countries(this.state.query(), mine.signal), countries("coarse")]);
      if (mine.signal.aborted) return;
      this.#draw(counted, outlines);
    } catch (error) {
      if (mine.signal.aborted) return;
      const missing = error instanceof api.ApiError && error.isMissing;
      this.legend.replaceChildren(
        el("p", {}, missing ? t("countries.missing") : error instanceof api.ApiError ? error.message : t("error.page")),
      );
      if (!missing) this.fail(error);
    }
  }

  /**
   * @param {{country: string, stories: number}[]} counted
   * @param {import("./countries.js").Country[]} outlines
   */
  #draw(counted, outlines) {
    const stories = new Map(counted.map(({ country, stories: n }) => [country, n]));
    const limits = limitsOf([...stories.values()]);
    this.layer.clearLayers();
    this.shapes.clear();
    for (const { code, polygons } of outlines) {
      const n = stories.get(code) ?? 0;
      if (n === 0) continue;
      const rings = polygons.map((polygon) => polygon.map((ring) => ring.map(([lon, lat]) => [lat, lon])));
      const shape = L.polygon(rings, {
        renderer: this.renderer,
        pane: "countries",
        className: `shade shade-${shadeOf(n, limits)}`,
        weight: 1,
        bubblingMouseEvents: false,
      });
      shape.bindTooltip(() => el("span", {}, t("countries.tip", { country: countryName(code), count: n })), { sticky: true });
      shape.on("click", () => this.#choose(code));
      this.shapes.set(code, shape);
      this.layer.addLayer(shape);
    }
    this.#writeLegend(counted, limits);
  }

  /** @param {string} code */
  #choose(code) {
    const { country } = this.state.filters;
    const shape = this.shapes.get(code);
    if (country !== code && shape) this.map.fitBounds(shape.getBounds(), { padding: [40, 40], maxZoom: 6 });
    this.state.filter({ country: country === code ? "" : code });
  }

  /**
   * @param {{country: string, stories: number}[]} counted
   * @param {number[]} limits
   */
  #writeLegend(counted, limits) {
    const steps = limits.map((from, i) => {
      const to = i + 1 < limits.length ? limits[i + 1] - 1 : null;
      const words = to === null ? `${number(from)}+` : from === to ? number(from) : `${number(from)}–${number(to)}`;
      return el("li", {}, el("span", { class: `swatch shade-${i + 1}` }), words);
    });
    const top = [...counted].sort((a, b) => b.stories - a.stories).slice(0, mostListed);
    const rows = top.map(({ country, stories }) =>
      el(
        "li",
        {},
        el(
          "button",
          {
            type: "button",
            class: "row",
            "aria-pressed": String(this.state.filters.country === country),
            onclick: () => this.#choose(country),
          },
          el("span", {}, countryName(country)),
          el("span", { class: "figure" }, number(stories)),
        ),
      ),
    );
    const open = this.legend.querySelector("details")?.open ?? false;
    const list = el("details", { open }, el("summary", {}, t("countries.list")), el("ol", { class: "rows" }, ...rows));
    this.legend.replaceChildren(
      el("h2", {}, t("countries.title")),
      counted.length > 0 ? el("ul", { class: "swatches" }, ...steps) : el("p", {}, t("countries.none")),
      counted.length > 0 ? list : "",
    );
  }
}

/**
 * Where each shade begins: steps that grow, because counts do.
 * @param {number[]} counts
 */
function limitsOf(counts) {
  const most = Math.max(1, ...counts);
  const limits = new Set([1]);
  for (let i = 1; i < shades; i++) limits.add(Math.max(1, Math.round(most ** (i / shades))));
  return [...limits].sort((a, b) => a - b);
}

/**
 * @param {number} n
 * @param {number[]} limits
 */
function shadeOf(n, limits) {
  return limits.filter((limit) => n >= limit).length;
}
