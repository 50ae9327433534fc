// @ts-check
// Chooses between the bundled outlines, which ask nothing of any network, and
// raster tiles, and goes back to the outlines when tiles do not come.

import { el, must } from "./dom.js";
import { t } from "./i18n.js";
import { outlineLayer } from "./outlines.js";

const L = /** @type {any} */ (window).L;

const openStreetMap = "https://tile.openstreetmap.org/{z}/{x}/{y}.png";
const osmCredit = '© <a href="https://www.openstreetmap.org/copyright" rel="noopener noreferrer">OpenStreetMap</a> contributors';
const storageKey = "newsmap.basemap";

/** So many tiles in a row that fail mean that none will come. */
const patience = 3;

/** @typedef {"outlines" | "tiles"} Kind */

/**
 * Puts the base map on a map, with a chooser if a place for one is given.
 * @param {any} map a Leaflet map
 * @param {{tilesUrl?: string, chooser?: HTMLElement | null, notify?: (message: string) => void}} options
 */
export function addBasemap(map, { tilesUrl = "", chooser = null, notify = () => {} }) {
  const layers = {
    outlines: outlineLayer({ maxZoom: map.getMaxZoom() }),
    tiles: L.tileLayer(tilesUrl || openStreetMap, {
      maxZoom: map.getMaxZoom(),
      maxNativeZoom: 19,
      attribution: osmCredit,
      className: "tiles",
      referrerPolicy: "strict-origin-when-cross-origin",
    }),
  };

  /** @param {Kind} kind */
  const show = (kind) => {
    const other = kind === "tiles" ? "outlines" : "tiles";
    if (map.hasLayer(layers[other])) map.removeLayer(layers[other]);
    layers[kind].addTo(map);
    map.getContainer().dataset.basemap = kind;
    if (chooser) mark(chooser, kind);
  };

  watchTiles(layers.tiles, () => {
    show("outlines");
    notify(t("notice.tiles"));
  });

  if (chooser) {
    buildChooser(chooser, (kind) => {
      remember(kind);
      notify("");
      show(kind);
    });
  }
  show(initial(tilesUrl));
}

/**
 * What was chosen before, else tiles only where the server's owner set them.
 * @param {string} tilesUrl
 * @returns {Kind}
 */
function initial(tilesUrl) {
  if (!navigator.onLine) return "outlines";
  const chosen = recall();
  if (chosen === "outlines" || chosen === "tiles") return chosen;
  return tilesUrl ? "tiles" : "outlines";
}

function recall() {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null; // Storage may be forbidden; the choice then lasts for the page.
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
  layer.on("add", () => (failures = 0));
  layer.on("tileload", () => (failures = 0));
  layer.on("tileerror", () => {
    failures++;
    if (failures === patience) setTimeout(giveUp);
  });
}

/**
 * @param {HTMLElement} chooser
 * @param {(kind: Kind) => void} choose
 */
function buildChooser(chooser, choose) {
  chooser.setAttribute("role", "radiogroup");
  chooser.setAttribute("aria-label", t("basemap.label"));
  for (const [kind, label] of /** @type {[Kind, string][]} */ ([["outlines", t("basemap.outlines")], ["tiles", t("basemap.tiles")]])) {
    const input = /** @type {HTMLInputElement} */ (el("input", { type: "radio", name: "basemap", value: kind }));
    input.addEventListener("change", () => choose(kind));
    chooser.append(el("label", {}, input, el("span", {}, label)));
  }
}

/**
 * @param {HTMLElement} chooser
 * @param {Kind} kind
 */
function mark(chooser, kind) {
  /** @type {HTMLInputElement} */ (must(`input[value="${kind}"]`, chooser)).checked = true;
}
