// @ts-check
// The base map that needs no network: country outlines (Natural Earth) drawn on
// canvas tiles. The coarse outlines come first, the finer ones replace them; at higher
// zooms, the borders of first-level divisions are added once they are loaded.

import { countries, detailReleased } from "./countries.js";
import { countryName } from "../lib/format.js";
import { locale } from "../lib/i18n.js";
import { mapInSlices } from "../panel/slices.js";

const L = /** @type {any} */ (window).L;

/** Width of the world in pixels at zoom 0. */
const world = 256;

/** From this zoom on, the finer outlines are needed. */
export const fineZoom = 3;

/** The borders between first-level divisions, loaded from this zoom on. */
const divisions = { source: new URL("../../data/first-level.json", import.meta.url), zoom: 4 };

/** Full names for those that Natural Earth abbreviates. */
const longNames = /** @type {Record<string, string>} */ ({
  "W. Sahara": "Western Sahara",
  "Dem. Rep. Congo": "DR Congo",
  "Central African Rep.": "Central African Republic",
  "S. Sudan": "South Sudan",
  "Bosnia and Herz.": "Bosnia and Herzegovina",
  "Eq. Guinea": "Equatorial Guinea",
  "Dominican Rep.": "Dominican Republic",
  "Solomon Is.": "Solomon Islands",
  "Falkland Is.": "Falkland Islands",
  "N. Cyprus": "Northern Cyprus",
  "Marshall Is.": "Marshall Islands",
  "Faeroe Is.": "Faroe Islands",
  "Antigua and Barb.": "Antigua and Barbuda",
  "St. Vin. and Gren.": "St Vincent and the Grenadines",
  "Fr. Polynesia": "French Polynesia",
  Macedonia: "North Macedonia",
  eSwatini: "Eswatini",
});

/**
 * @typedef {object} Ring
 * @property {Float64Array} points x, y in pixels at zoom 0
 * @property {number} border how many of the points are border, from the first
 * @property {number} minX
 * @property {number} minY
 * @property {number} maxX
 * @property {number} maxY
 */

/**
 * @typedef {object} Country
 * @property {string} code ISO 3166-1 alpha-2, or empty
 * @property {string} name
 * @property {Ring[]} rings
 * @property {{x: number, y: number, width: number}} label in pixels at zoom 0
 */

/** @typedef {{name: string, x: number, y: number, width: number}} Label in pixels at zoom 0 */

/** @typedef {Ring & {zoom: number}} Line drawn from this zoom on */

/** @type {Map<string, Promise<Country[]>>} */
const projected = new Map();

/** Whether the finer outlines are loaded. */
let fineHere = false;

/** @param {"coarse" | "fine"} grain */
function outlines(grain) {
  let promise = projected.get(grain);
  if (!promise) {
    promise = countries(grain).then((list) => mapInSlices(list, project));
    promise.then(
      () => (fineHere ||= grain === "fine"),
      () => projected.delete(grain),
    );
    projected.set(grain, promise);
  }
  return promise;
}

/**
 * @param {import("./countries.js").Country} country
 * @returns {Country}
 */
function project({ code, name, polygons }) {
  const rings = polygons.map((polygon) => polygon.map(projectRing));
  return {
    code,
    name: locale === "en" || !code ? (longNames[name] ?? name) : countryName(code),
    rings: rings.flat(),
    label: labelPoint(rings.map(([outer]) => outer)),
  };
}

/**
 * Where the name of a country stands, by its code: well inside its largest part.
 * @param {"coarse" | "fine"} grain
 * @returns {Promise<Map<string, {lat: number, lon: number}>>} degrees
 */
export async function labelPoints(grain) {
  const list = await outlines(grain);
  return new Map(list.filter(({ code }) => code).map(({ code, label: { x, y } }) => [code, unproject(x, y)]));
}

/**
 * The names of countries, their positions and the room for them.
 * @param {"coarse" | "fine"} grain
 * @returns {Promise<Label[]>}
 */
export async function countryLabels(grain) {
  const list = await outlines(grain);
  return list.map(({ name, label }) => ({ name, ...label }));
}

/** @type {Promise<Line[]> | null} */
let divisionLines = null;

/** Borders between first-level divisions; empty if they cannot be loaded. */
function firstLevel() {
  divisionLines ??= loadFirstLevel().catch(() => {
    divisionLines = null; // try again with the next tile
    return [];
  });
  return divisionLines;
}

/** @returns {Promise<Line[]>} */
async function loadFirstLevel() {
  await detailReleased();
  const response = await fetch(divisions.source);
  if (!response.ok) throw new Error(`first-level borders: ${response.status}`);
  /** @type {{scale: number, levels: Record<string, number[][]>}} */
  const { scale, levels } = await response.json();
  const all = Object.entries(levels).flatMap(([zoom, lines]) => lines.map((steps) => ({ zoom: Number(zoom), steps })));
  return mapInSlices(all, ({ zoom, steps }) => ({ zoom, ...projectRing(walk(steps, scale)) }));
}

/**
 * The points of a line that is written as its first point and the steps from there.
 * @param {number[]} steps lon and lat in turn
 * @param {number} scale steps a degree
 */
function walk(steps, scale) {
  /** @type {import("./countries.js").Ring} */
  const points = [];
  for (let i = 0, lon = 0, lat = 0; i < steps.length; i += 2) {
    lon += steps[i];
    lat += steps[i + 1];
    points.push([lon / scale, lat / scale]);
  }
  return points;
}

/**
 * @param {number} x pixels at zoom 0
 * @param {number} y
 */
function unproject(x, y) {
  return { lon: (x / world - 0.5) * 360, lat: (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / world))) * 180) / Math.PI };
}

/**
 * Projects a ring. One that ends 360° from its start goes around a pole
 * and is closed along the map's lower edge.
 * @param {import("./countries.js").Ring} coordinates
 * @returns {Ring}
 */
function projectRing(coordinates) {
  const border = coordinates.length;
  const turn = coordinates[border - 1][0] - coordinates[0][0];
  const closed = Math.abs(turn) > 180 ? [...coordinates, [coordinates[border - 1][0], -90], [coordinates[0][0], -90]] : coordinates;
  const points = new Float64Array(closed.length * 2);
  const ring = { points, border, minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  closed.forEach(([lon, lat], i) => {
    const sin = Math.sin((Math.max(-85.06, Math.min(85.06, lat)) * Math.PI) / 180);
    const x = (lon / 360 + 0.5) * world;
    const y = (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * world;
    points[2 * i] = x;
    points[2 * i + 1] = y;
    ring.minX = Math.min(ring.minX, x);
    ring.maxX = Math.max(ring.maxX, x);
    ring.minY = Math.min(ring.minY, y);
    ring.maxY = Math.max(ring.maxY, y);
  });
  return ring;
}

/**
 * A point well inside the largest ring: of a grid over it, the one farthest
 * from the border.
 * @param {Ring[]} rings
 */
function labelPoint(rings) {
  const size = (/** @type {Ring} */ r) => (r.maxX - r.minX) * (r.maxY - r.minY);
  const ring = rings.reduce((a, b) => (size(b) > size(a) ? b : a));
  const outline = thin(ring.points, 160);
  const steps = 14;
  let best = { x: (ring.minX + ring.maxX) / 2, y: (ring.minY + ring.maxY) / 2, room: -1 };
  for (let i = 1; i < steps; i++) {
    for (let j = 1; j < steps; j++) {
      const x = ring.minX + ((ring.maxX - ring.minX) * i) / steps;
      const y = ring.minY + ((ring.maxY - ring.minY) * j) / steps;
      const room = clearance(outline, x, y);
      if (room > best.room) best = { x, y, room };
    }
  }
  return { x: best.x, y: best.y, width: Math.max(best.room * 2, (ring.maxX - ring.minX) * 0.7) };
}

/**
 * @param {Float64Array} points
 * @param {number} most
 */
function thin(points, most) {
  const step = Math.max(1, Math.ceil(points.length / 2 / most));
  const out = [];
  for (let i = 0; i < points.length; i += 2 * step) out.push(points[i], points[i + 1]);
  return out;
}

/**
 * Distance from a point to the nearest corner of a ring; negative outside it.
 * Sideways room counts for less, because names are wide.
 * @param {number[]} ring
 * @param {number} x
 * @param {number} y
 */
function clearance(ring, x, y) {
  let nearest = Infinity;
  let inside = false;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const [ax, ay, bx, by] = [ring[i], ring[i + 1], ring[j], ring[j + 1]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    nearest = Math.min(nearest, Math.hypot((ax - x) * 0.6, ay - y));
  }
  return inside ? nearest : -nearest;
}

/** The colours of the style sheet for the current theme. */
function palette() {
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return { land: colour("--map-land"), border: colour("--map-border") };
}

/**
 * A Leaflet layer of country outlines.
 * @param {object} [options] of L.GridLayer
 * @returns {any}
 */
export function outlineLayer(options = {}) {
  const Layer = L.GridLayer.extend({
    /**
     * @param {{x: number, y: number, z: number}} coords
     * @param {(error: unknown, tile: HTMLElement) => void} done
     */
    createTile(coords, done) {
      const size = this.getTileSize();
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      const canvas = document.createElement("canvas");
      canvas.width = size.x * ratio;
      canvas.height = size.y * ratio;
      /** @param {Country[]} list */
      const draw = (list) => drawTile(canvas, list, coords, size.x, ratio);
      const isFine = coords.z >= fineZoom;
      const first = outlines(isFine && fineHere ? "fine" : "coarse");
      first.then(
        () => done(null, canvas),
        (error) => done(error, canvas),
      );
      if (!isFine || fineHere)
        drawAll(first, draw, coords.z).catch(() => {}); // reported above
      else
        first
          .then(draw)
          .then(() => drawAll(outlines("fine"), draw, coords.z))
          .catch(() => {}); // the coarse ones stay
      return canvas;
    },
  });
  const layer = new Layer({ className: "outlines", updateWhenZooming: false, keepBuffer: 3, ...options });
  const redraw = () => layer.redraw();
  layer.on("add", () => document.addEventListener("themechange", redraw));
  layer.on("remove", () => document.removeEventListener("themechange", redraw));
  return layer;
}

/**
 * Draws countries, and the divisions over them where the map is near.
 * @param {Promise<Country[]>} list
 * @param {(list: Country[]) => ((lines: Line[]) => void) | null} draw
 * @param {number} zoom
 */
async function drawAll(list, draw, zoom) {
  const paint = draw(await list);
  if (paint && zoom >= divisions.zoom) paint(await firstLevel());
}

/**
 * Draws the countries of a tile over what it had, and gives what draws the divisions over them.
 * @param {HTMLCanvasElement} canvas
 * @param {Country[]} list
 * @param {{x: number, y: number, z: number}} coords
 * @param {number} size of the tile in CSS pixels
 * @param {number} ratio device pixels a CSS pixel
 */
function drawTile(canvas, list, coords, size, ratio) {
  const context = canvas.getContext("2d");
  if (!context) return null;
  const scale = (size / world) * 2 ** coords.z;
  const across = world * scale;
  const originX = (((coords.x * size) % across) + across) % across;
  const originY = coords.y * size;
  context.reset();
  context.scale(ratio, ratio);
  const colours = palette();
  const view = { originX, originY, scale, size };
  context.lineJoin = "round";
  drawLand(context, list, view, colours);
  return (/** @type {Line[]} */ lines) =>
    drawDivisions(
      context,
      lines.filter(({ zoom }) => zoom <= coords.z),
      view,
      colours,
    );
}

/** @typedef {{originX: number, originY: number, scale: number, size: number}} View of a tile */

/**
 * Calls each with every ring that a tile shows, as often as it shows it, and with
 * the view moved for where the world repeats.
 * @template {Ring} R
 * @param {R[]} rings
 * @param {View} view
 * @param {(ring: R, shifted: View) => void} each
 */
function eachInView(rings, view, each) {
  const margin = 2 / view.scale;
  const left = view.originX / view.scale - margin;
  const top = view.originY / view.scale - margin;
  const right = left + view.size / view.scale + 2 * margin;
  const bottom = top + view.size / view.scale + 2 * margin;
  for (const ring of rings) {
    if (ring.maxY < top || ring.minY > bottom) continue;
    for (const shift of [-world, 0, world]) {
      if (ring.maxX + shift < left || ring.minX + shift > right) continue;
      each(ring, { ...view, originX: view.originX - shift * view.scale });
    }
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Country[]} list
 * @param {View} view
 * @param {ReturnType<typeof palette>} colours
 */
function drawLand(context, list, view, colours) {
  const land = new Path2D();
  const borders = new Path2D();
  eachInView(
    list.flatMap((country) => country.rings),
    view,
    (ring, shifted) => {
      trace(land, ring.points, ring.points.length / 2, shifted);
      trace(borders, ring.points, ring.border, shifted);
    },
  );
  context.fillStyle = colours.land;
  context.strokeStyle = colours.border;
  context.lineWidth = 1;
  context.fill(land, "evenodd");
  context.stroke(borders);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Line[]} lines
 * @param {View} view
 * @param {ReturnType<typeof palette>} colours
 */
function drawDivisions(context, lines, view, colours) {
  const path = new Path2D();
  eachInView(lines, view, (line, shifted) => trace(path, line.points, line.border, shifted));
  context.strokeStyle = colours.border;
  context.lineWidth = 0.8;
  context.setLineDash([3, 2]);
  context.globalAlpha = 0.75;
  context.stroke(path);
}

/**
 * Adds the first n points to a path. Rings repeat their first point at the end,
 * so the path needs no closing.
 * @param {Path2D} path
 * @param {Float64Array} points
 * @param {number} n
 * @param {{originX: number, originY: number, scale: number}} view
 */
function trace(path, points, n, { originX, originY, scale }) {
  for (let i = 0; i < n; i++) {
    const x = points[2 * i] * scale - originX;
    const y = points[2 * i + 1] * scale - originY;
    if (i === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  }
}
