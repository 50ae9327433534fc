// @ts-check
// The heat layer: the density of features, without markers. leaflet.heat is loaded
// when it is first needed.

import { nearestLon } from "./map.js";

const L = /** @type {any} */ (window).L;

const source = new URL("../../vendor/leaflet.heat/leaflet-heat.js", import.meta.url);

/** @type {Promise<void> | null} */
let loading = null;

function load() {
  loading ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = source.href;
    script.addEventListener("load", () => {
      announceReading();
      done();
    });
    script.addEventListener("error", () => failed(new Error("the heat layer does not load")));
    document.head.append(script);
  });
  loading.catch(() => (loading = null));
  return loading;
}

/** Tells the browser that the canvas is read after each drawing. */
function announceReading() {
  const global = /** @type {any} */ (window);
  const plain = global.simpleheat;
  global.simpleheat = (/** @type {HTMLCanvasElement} */ canvas) => {
    canvas.getContext("2d", { willReadFrequently: true });
    return plain(canvas);
  };
}

/** From pale to strong, and distinguishable without telling red from green. */
const gradient = { 0.2: "#6baed6", 0.45: "#3182bd", 0.7: "#f29c38", 1: "#b94308" };

export class Heat {
  /** @param {any} map */
  constructor(map) {
    this.map = map;
    this.wanted = false;
    /** @type {any} */
    this.layer = null;
    /** @type {[number, number, number][]} lat, lon in degrees, weight */
    this.points = [];
  }

  /** @param {boolean} on */
  async show(on) {
    this.wanted = on;
    if (!on) return this.layer?.remove();
    await load();
    if (!this.wanted) return;
    if (!this.layer) this.layer = makeLayer();
    this.layer.addTo(this.map);
    this.#draw();
  }

  /** @param {import("./source.js").Drawn} drawn */
  take({ features, cells }) {
    const spots = features.filter(({ precision }) => precision !== "country"); // nothing has happened at the centre of a country
    this.points = [
      ...spots.map(({ lat, lon, confidence }) => /** @type {[number, number, number]} */ ([lat, lon, confidence])),
      ...cells.map(({ lat, lon, features: n }) => /** @type {[number, number, number]} */ ([lat, lon, n])),
    ];
    this.#draw();
  }

  #draw() {
    if (!this.layer || !this.wanted) return;
    const weights = this.points.map(([, , weight]) => weight).sort((a, b) => a - b);
    const typical = weights[Math.floor(weights.length * 0.9)] ?? 1;
    this.layer.setOptions({ max: Math.max(1, typical) * 2.5 });
    const centre = this.map.getCenter().lng;
    this.layer.setLatLngs(this.points.map(([lat, lon, weight]) => [lat, nearestLon(lon, centre), weight]));
  }
}

function makeLayer() {
  return new L.HeatLayer([], { radius: 22, blur: 18, maxZoom: 6, minOpacity: 0.25, gradient });
}
