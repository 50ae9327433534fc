// @ts-check
// Names on the bundled outlines: countries where they fit into their outline, and large
// places of the gazetteer by zoom. They are on one canvas below the markers and do not
// overlap. They are decoration: they take no focus, and screen readers skip them.

import { request } from "../lib/api.js";
import { el } from "../lib/dom.js";
import { countryLabels, fineZoom } from "./outlines.js";

const L = /** @type {any} */ (window).L;

/** Width of the world in pixels at zoom 0. */
const world = 256;

/** Names are shown from this zoom on. */
const firstZoom = 3;

/** Names are drawn this far beyond the edge of the map, in pixels, so that they show while it is dragged. */
const margin = 96;

/** Places are loaded by cells of this many pixels, so that small moves load nothing. */
const cell = 512;

/** Maximum number of places in an answer, and of answers in the cache. */
const limit = 300;
const mostKept = 24;

/** How long the map must not move, in milliseconds, before places are loaded. */
const pause = 120;

/** Distance between names in pixels. */
const gap = 3;

/** With more markers than this, names do not avoid each of them: there is no room anyway. */
const mostObstacles = 300;

/**
 * @typedef {object} Place
 * @property {string} name
 * @property {number} lat degrees
 * @property {number} lon degrees
 * @property {"country" | "capital" | "city"} kind
 * @property {number} population
 */

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box in pixels of the canvas */
/** @typedef {{minLon: number, minLat: number, maxLon: number, maxLat: number}} Area in degrees */

export class Labels {
  /** @param {any} map a Leaflet map */
  constructor(map) {
    this.map = map;
    this.shown = false;
    /** @type {Area | null} where something else has the names */
    this.except = null;
    /** @type {Place[]} those of most weight first */
    this.places = [];
    /** @type {Map<string, Place[]>} answers by what was asked */
    this.kept = new Map();
    this.timer = 0;
    this.frame = 0;
    /** @type {AbortController | null} */
    this.asking = null;
    const pane = map.getPane("names") ?? map.createPane("names");
    pane.style.zIndex = "360";
    pane.style.pointerEvents = "none";
    this.canvas = /** @type {HTMLCanvasElement} */ (el("canvas", { class: "names leaflet-zoom-hide", "aria-hidden": "true" }));
    this.pane = pane;
    map.on("moveend", () => this.#moved());
    map.on("resize", () => this.#soon());
    map.on("markersdrawn", () => this.#soon());
    document.addEventListener("themechange", () => this.#draw());
  }

  /**
   * @param {boolean} on
   * @param {Area | null} [except] where another layer has names of its own
   */
  show(on, except = null) {
    this.shown = on;
    this.except = except;
    if (on) this.pane.append(this.canvas);
    else this.canvas.remove();
    this.#moved();
  }

  #moved() {
    clearTimeout(this.timer);
    if (!this.shown) return;
    this.#soon();
    this.timer = window.setTimeout(() => this.#load(), pause);
  }

  /** Draws once before the next frame, however often it is called. */
  #soon() {
    cancelAnimationFrame(this.frame);
    if (this.shown) this.frame = requestAnimationFrame(() => this.#draw());
  }

  async #load() {
    this.asking?.abort();
    const zoom = Math.floor(this.map.getZoom());
    if (!this.shown || zoom < firstZoom || !this.map._loaded) return;
    const query = new URLSearchParams({ bbox: boxOf(this.map, zoom), zoom: String(zoom), limit: String(limit) }).toString();
    const kept = this.kept.get(query);
    if (kept) return this.#take(kept);
    const asking = (this.asking = new AbortController());
    try {
      const { places } = await request(`/api/places?${query}`, { signal: asking.signal });
      this.kept.set(query, places);
      if (this.kept.size > mostKept) this.kept.delete(/** @type {string} */ (this.kept.keys().next().value));
      if (!asking.signal.aborted) this.#take(places);
    } catch {
      // The map works without names; connection.js reports problems.
    }
  }

  /** @param {Place[]} places */
  #take(places) {
    if (this.places === places) return;
    this.places = places;
    this.#soon();
  }

  async #draw() {
    if (!this.shown || !this.map._loaded) return;
    const zoom = this.map.getZoom();
    const countries = zoom < firstZoom ? [] : await countryLabels(zoom >= fineZoom ? "fine" : "coarse").catch(() => []);
    if (!this.shown || this.map.getZoom() !== zoom) return;
    const context = this.#blank();
    if (!context || zoom < firstZoom) return;
    new Sheet(context, this.map, this.except).write(countries, this.places);
  }

  /** Clears the canvas and places it over the current view. */
  #blank() {
    const { x, y } = this.map.getSize();
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const [width, height] = [x + 2 * margin, y + 2 * margin];
    this.canvas.width = width * ratio; // this empties it
    this.canvas.height = height * ratio;
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    L.DomUtil.setPosition(this.canvas, this.map.containerPointToLayerPoint([-margin, -margin]).round());
    const context = this.canvas.getContext("2d");
    context?.scale(ratio, ratio);
    return context;
  }
}

/** One drawing of all names. */
class Sheet {
  /**
   * @param {CanvasRenderingContext2D} context
   * @param {any} map
   * @param {Area | null} except
   */
  constructor(context, map, except) {
    this.context = context;
    this.zoom = map.getZoom();
    this.scale = 2 ** this.zoom;
    const { min } = map.getPixelBounds();
    this.origin = { x: min.x - margin, y: min.y - margin };
    const { x, y } = map.getSize();
    this.size = { x: x + 2 * margin, y: y + 2 * margin };
    this.except = except;
    this.markers = obstacles(map.getContainer());
    /** @type {Box[]} what has been written */
    this.taken = [];
    /** @type {Box[]} what will be */
    this.kept = [];
    const style = getComputedStyle(document.documentElement);
    this.colours = { label: style.getPropertyValue("--map-label").trim(), halo: style.getPropertyValue("--map-land").trim() };
    this.family = getComputedStyle(document.body).fontFamily;
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 3;
    context.strokeStyle = this.colours.halo;
    context.fillStyle = this.colours.label;
  }

  /**
   * Countries first, large before small, beside the dots of capitals; then places
   * by weight.
   * @param {import("./outlines.js").Label[]} countries
   * @param {Place[]} places
   */
  write(countries, places) {
    const size = this.zoom >= 5 ? 13 : 11.5;
    const capitals = places.filter(({ kind }) => kind === "capital").flatMap(({ lon, lat }) => this.#spots(...project(lon, lat)));
    this.kept = capitals.map(dotBox);
    this.#font(600, size, "0.4px");
    for (const label of countries.toSorted((a, b) => b.width - a.width)) this.#writeCountry(label, size);
    this.kept = [];
    for (const place of places) if (place.kind !== "country") this.#writePlace(place);
  }

  /**
   * @param {number} weight
   * @param {number} size pixels
   * @param {string} spacing between letters, if the browser supports it
   */
  #font(weight, size, spacing) {
    this.context.font = `${weight} ${size}px ${this.family}`;
    this.context.letterSpacing = spacing;
  }

  /**
   * @param {import("./outlines.js").Label} label
   * @param {number} size pixels
   */
  #writeCountry({ name, x, y, width: room }, size) {
    const width = this.context.measureText(name).width;
    if (width > room * this.scale) return;
    this.context.textAlign = "center";
    for (const at of this.#spots(x, y)) {
      for (const down of [0, -size, size]) {
        const y = at.y + down;
        if (!this.#take({ left: at.x - width / 2, top: y - size / 2, right: at.x + width / 2, bottom: y + size / 2 })) continue;
        this.#text(name, at.x, y);
        break;
      }
    }
  }

  /** @param {Place} place */
  #writePlace({ name, lat, lon, kind, population }) {
    const capital = kind === "capital";
    const size = capital || population >= 1e6 ? 12 : 11;
    this.#font(capital ? 600 : 400, size, "0px");
    const width = this.context.measureText(name).width;
    for (const at of this.#spots(...project(lon, lat))) {
      if (!this.#isFree(dotBox(at))) continue;
      const side = 6;
      // To the right or left of its dot, or else above or below.
      const places = /** @type {[CanvasTextAlign, number, number, number][]} */ ([
        ["left", at.x + side, at.y, at.x + side],
        ["right", at.x - side, at.y, at.x - side - width],
        ["center", at.x, at.y - size, at.x - width / 2],
        ["center", at.x, at.y + size, at.x - width / 2],
      ]);
      for (const [align, x, y, left] of places) {
        if (!this.#take({ left, top: y - size / 2, right: left + width, bottom: y + size / 2 })) continue;
        this.#dot(at, capital);
        this.context.textAlign = align;
        this.#text(name, x, y);
        break;
      }
    }
  }

  /**
   * The positions of a point on the canvas: one, or several if the world repeats.
   * @param {number} x pixels at zoom 0
   * @param {number} y
   */
  #spots(x, y) {
    const across = world * this.scale;
    const at = { x: x * this.scale - this.origin.x, y: y * this.scale - this.origin.y };
    const spots = [];
    if (at.y < 0 || at.y > this.size.y || this.#isElsewhere(x, y)) return [];
    for (let left = at.x - Math.floor(at.x / across) * across; left < this.size.x; left += across) spots.push({ x: left, y: at.y });
    return spots;
  }

  /**
   * @param {number} x pixels at zoom 0
   * @param {number} y
   */
  #isElsewhere(x, y) {
    if (!this.except) return false;
    const [left, top] = project(this.except.minLon, this.except.maxLat);
    const [right, bottom] = project(this.except.maxLon, this.except.minLat);
    return x >= left && x <= right && y >= top && y <= bottom;
  }

  /**
   * Takes a box for a name, if nothing else has a part of it.
   * @param {Box} box
   */
  #take({ left, top, right, bottom }) {
    const box = { left: left - gap, top: top - gap / 2, right: right + gap, bottom: bottom + gap / 2 };
    if (!this.#isFree(box) || this.markers.some((marker) => overlap(box, marker))) return false;
    this.taken.push(box);
    return true;
  }

  /** Whether nothing is written there; a dot may be under a marker. @param {Box} box */
  #isFree(box) {
    const covered = (/** @type {Box} */ other) => overlap(box, other);
    return !this.taken.some(covered) && !this.kept.some(covered);
  }

  /**
   * @param {string} name
   * @param {number} x
   * @param {number} y
   */
  #text(name, x, y) {
    this.context.strokeText(name, x, y);
    this.context.fillText(name, x, y);
  }

  /**
   * @param {{x: number, y: number}} at
   * @param {boolean} capital
   */
  #dot({ x, y }, capital) {
    this.taken.push(dotBox({ x, y }));
    this.context.beginPath();
    this.context.arc(x, y, capital ? 2.6 : 1.8, 0, 2 * Math.PI);
    this.context.lineWidth = 2;
    this.context.stroke();
    this.context.fill();
    this.context.lineWidth = 3;
  }
}

/** @param {Box} a @param {Box} b */
function overlap(a, b) {
  return a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
}

/** @param {{x: number, y: number}} at @returns {Box} */
function dotBox({ x, y }) {
  return { left: x - 3, top: y - 3, right: x + 3, bottom: y + 3 };
}

/**
 * Where markers and their labels stand, on the canvas.
 * @param {HTMLElement} container of the map
 * @returns {Box[]}
 */
function obstacles(container) {
  const frame = container.getBoundingClientRect();
  const markers = [...container.querySelectorAll(".area-label, .cluster-marker, .place-marker .glyph")];
  if (markers.length > mostObstacles) return [];
  return markers.map((marker) => {
    const { left, top, right, bottom } = marker.getBoundingClientRect();
    return {
      left: left - frame.left + margin,
      top: top - frame.top + margin,
      right: right - frame.left + margin,
      bottom: bottom - frame.top + margin,
    };
  });
}

/**
 * A point in pixels at zoom 0.
 * @param {number} lon degrees
 * @param {number} lat degrees
 * @returns {[number, number]}
 */
function project(lon, lat) {
  const sin = Math.sin((Math.max(-85.06, Math.min(85.06, lat)) * Math.PI) / 180);
  return [(lon / 360 + 0.5) * world, (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * world];
}

/**
 * The cells that the map touches, as the bbox filter.
 * @param {any} map
 * @param {number} zoom
 */
function boxOf(map, zoom) {
  const bounds = map.getBounds();
  const nw = map.project(bounds.getNorthWest(), zoom);
  const se = map.project(bounds.getSouthEast(), zoom);
  const first = map.unproject([Math.floor(nw.x / cell) * cell, Math.max(0, Math.floor(nw.y / cell)) * cell], zoom);
  const last = map.unproject([Math.ceil(se.x / cell) * cell, Math.ceil(se.y / cell) * cell], zoom);
  const wrap = (/** @type {number} */ lon) => ((((lon + 180) % 360) + 360) % 360) - 180;
  const whole = last.lng - first.lng >= 360;
  const [west, east] = whole ? [-180, 180] : [wrap(first.lng), wrap(last.lng) === -180 ? 180 : wrap(last.lng)];
  return [west, Math.max(-90, last.lat), east, Math.min(90, first.lat)].map((degrees) => Number(degrees.toFixed(4))).join(",");
}
