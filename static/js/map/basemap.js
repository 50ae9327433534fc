// @ts-check
// Chooses the base map: the bundled outlines, which need no network; the server's own
// detailed map, if it has one; or raster tiles. It falls back to the outlines when the
// others cannot be loaded.

import * as api from "../lib/api.js";
import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { Labels } from "./labels.js";
import { outlineLayer } from "./outlines.js";

const L = /** @type {any} */ (window).L;

const openStreetMap = "https://tile.openstreetmap.org/{z}/{x}/{y}.png";
const osmCredit = '© <a href="https://www.openstreetmap.org/copyright" rel="noopener noreferrer">OpenStreetMap</a> contributors';
const storageKey = "newsmap.basemap";

/** After this many failed tiles in a row, the map gives up. */
const maxFailures = 3;

/** @typedef {"outlines" | "detail" | "tiles"} Kind */
/** @typedef {import("./pmtiles.js").Basemap} Detail */

/**
 * @typedef {object} Options
 * @property {string} [tilesUrl] raster tiles that the server's owner set
 * @property {HTMLElement | null} [chooser] where the choice goes
 * @property {(message: string) => void} [notify]
 */

/**
 * Puts the base map on a map, with a chooser if a place for one is given.
 * @param {any} map a Leaflet map
 * @param {Options} options
 */
export function addBasemap(map, options) {
  new Ground(map, options).start();
}

class Ground {
  /**
   * @param {any} map
   * @param {Options} options
   */
  constructor(map, { tilesUrl = "", chooser = null, notify = () => {} }) {
    this.map = map;
    this.tilesUrl = tilesUrl;
    this.chooser = chooser;
    this.notify = notify;
    /** @type {Detail | null} the server's own map, once it is known */
    this.detail = null;
    /** Counts the changes, so that a late answer is ignored. */
    this.turn = 0;
    /** @type {any[]} layers on the map */
    this.layers = [];
    this.outlines = outlineLayer({ maxZoom: map.getMaxZoom() });
    this.labels = new Labels(map);
  }

  /** Shows the earlier choice, and asks what the server offers. */
  start() {
    this.#buildChooser();
    this.#show(initial(this.tilesUrl));
    ownMap().then((detail) => {
      if (!detail) return;
      this.detail = detail;
      this.#buildChooser();
      const chosen = recall();
      if (chosen === "detail" || (chosen === null && !this.chosen)) this.#show("detail");
      else this.#mark();
    });
  }

  /** @param {Kind} kind */
  #choose(kind) {
    this.chosen = true;
    remember(kind);
    this.notify("");
    this.#show(kind);
  }

  /** @param {Kind} kind */
  #show(kind) {
    const turn = ++this.turn;
    this.kind = kind;
    this.#mark();
    if (kind === "outlines") return this.#lay(kind, [this.outlines], true);
    if (kind === "tiles") return this.#lay(kind, [this.#tiles(turn)], false);
    this.#showDetail(turn);
  }

  /** What is there stays until the detailed map has come. @param {number} turn */
  async #showDetail(turn) {
    const detail = this.detail;
    if (!detail) return;
    try {
      const { detailLayer, isWorld } = await import("./pmtiles.js");
      const layer = await detailLayer(detail, { maxZoom: this.map.getMaxZoom(), giveUp: () => this.#giveUp(turn, "notice.detail") });
      if (turn !== this.turn) return;
      if (isWorld(detail)) return this.#lay("detail", [layer], false);
      const [minLon, minLat, maxLon, maxLat] = detail.bbox;
      this.#lay("detail", [this.outlines, layer], detail.min_zoom <= 1, { minLon, minLat, maxLon, maxLat });
    } catch {
      this.#giveUp(turn, "notice.detail");
    }
  }

  /**
   * @param {Kind} kind
   * @param {any[]} layers from the lowest
   * @param {boolean} names whether the map's own names are shown
   * @param {import("./labels.js").Area | null} [except] where they are not
   */
  #lay(kind, layers, names, except = null) {
    for (const layer of this.layers) if (!layers.includes(layer)) layer.remove();
    for (const layer of layers) layer.addTo(this.map);
    this.layers = layers;
    this.labels.show(names, except);
    this.map.getContainer().dataset.basemap = kind;
  }

  /**
   * @param {number} turn
   * @param {string} words
   */
  #giveUp(turn, words) {
    if (turn !== this.turn) return; // the reader has chosen something else
    this.#show("outlines");
    this.notify(t(words));
  }

  /** @param {number} turn */
  #tiles(turn) {
    // Leaflet expects HTML, and the credit is text.
    const own = el("span", { dir: "auto" }, document.body.dataset.tilesCredit ?? "");
    const layer = L.tileLayer(this.tilesUrl || openStreetMap, {
      maxZoom: this.map.getMaxZoom(),
      maxNativeZoom: 19,
      attribution: this.tilesUrl ? (own.textContent ? own.outerHTML : "") : osmCredit,
      className: "tiles",
      referrerPolicy: "strict-origin-when-cross-origin",
    });
    watchTiles(layer, () => this.#giveUp(turn, "notice.tiles"));
    return layer;
  }

  #buildChooser() {
    if (!this.chooser) return;
    this.chooser.setAttribute("role", "radiogroup");
    this.chooser.setAttribute("aria-label", t("basemap.label"));
    /** @type {Kind[]} */
    const kinds = this.detail ? ["outlines", "detail", "tiles"] : ["outlines", "tiles"];
    this.inputs = kinds.map(
      (kind) =>
        /** @type {HTMLInputElement} */ (el("input", { type: "radio", name: "basemap", value: kind, onchange: () => this.#choose(kind) })),
    );
    this.chooser.replaceChildren(
      ...this.inputs.map((input) =>
        el("label", {}, input, el("span", {}, t(`basemap.${input.value === "tiles" && this.tilesUrl ? "own" : input.value}`))),
      ),
    );
  }

  #mark() {
    for (const input of this.inputs ?? []) input.checked = input.value === this.kind;
  }
}

/**
 * The server's own map, or null.
 * @returns {Promise<Detail | null>}
 */
async function ownMap() {
  try {
    const { basemap } = await api.config();
    return basemap && basemap.type !== "unknown" ? basemap : null;
  } catch {
    return null; // the map works without it; connection.js reports problems
  }
}

/**
 * What was chosen before, else tiles only where the server's owner set them. The
 * server's own map takes their place once it is known.
 * @param {string} tilesUrl
 * @returns {Kind}
 */
function initial(tilesUrl) {
  const chosen = recall();
  if (!navigator.onLine || chosen === "outlines" || chosen === "detail") return "outlines";
  return chosen === "tiles" || tilesUrl ? "tiles" : "outlines";
}

function recall() {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null; // Storage may be disabled: the choice then lasts until the page is closed.
  }
}

/** @param {Kind} kind */
function remember(kind) {
  try {
    localStorage.setItem(storageKey, kind);
  } catch {
    // As above.
  }
}

/**
 * Calls giveUp once several tiles have failed with none between them.
 * @param {any} layer
 * @param {() => void} giveUp
 */
function watchTiles(layer, giveUp) {
  let failures = 0;
  layer.on("tileload", () => (failures = 0));
  layer.on("tileerror", () => {
    failures++;
    if (failures === maxFailures) setTimeout(giveUp);
  });
}
