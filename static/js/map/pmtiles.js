// @ts-check
// The detailed base map: one PMTiles file of this server, read by byte ranges.
// Vector tiles are drawn by protomaps-leaflet, pictures as they are. It is all
// loaded only if the server has such a file and the reader chooses it.

import { locale } from "../lib/i18n.js";

const L = /** @type {any} */ (window).L;

const libraries = {
  pmtiles: new URL("../../vendor/pmtiles/pmtiles.js", import.meta.url).href,
  protomapsL: new URL("../../vendor/protomaps-leaflet/protomaps-leaflet.js", import.meta.url).href,
};

const defaultCredit =
  '<a href="https://protomaps.com" rel="noopener noreferrer">Protomaps</a> ' +
  '© <a href="https://www.openstreetmap.org/copyright" rel="noopener noreferrer">OpenStreetMap</a>';

/** After this many failed reads in a row, the map gives up. */
const maxFailures = 3;

/**
 * @typedef {object} Basemap what /api/config says of the file
 * @property {string} url
 * @property {string} name
 * @property {string} type mvt, png, jpeg, webp or avif
 * @property {number} min_zoom
 * @property {number} max_zoom
 * @property {[number, number, number, number]} bbox minlon, minlat, maxlon, maxlat in degrees
 * @property {string} attribution HTML of text and links, made safe by the server
 */

/** @type {Map<string, Promise<void>>} */
const loading = new Map();

/**
 * Loads a classic script that sets a global name.
 * @param {keyof typeof libraries} name
 * @returns {Promise<any>} the global
 */
async function library(name) {
  let promise = loading.get(name);
  if (!promise) {
    promise = new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = libraries[name];
      script.addEventListener("load", () => resolve());
      script.addEventListener("error", () => reject(new Error(`${name} does not load`)));
      document.head.append(script);
    });
    promise.catch(() => loading.delete(name));
    loading.set(name, promise);
  }
  await promise;
  return /** @type {any} */ (window)[name];
}

/** Reads the file, and reports repeated failures. */
class WatchedSource {
  /**
   * @param {string} url
   * @param {object} options
   * @param {new (message: string) => Error} options.Changed what the reader throws when the file has changed, and begins anew
   * @param {() => void} options.giveUp
   */
  constructor(url, { Changed, giveUp }) {
    this.url = url;
    this.Changed = Changed;
    this.giveUp = giveUp;
    this.failures = 0;
    /** @type {RequestCache} */
    this.cache = "default";
  }

  getKey() {
    return this.url;
  }

  /**
   * @param {number} offset
   * @param {number} length
   * @param {AbortSignal} [signal]
   * @param {string} [etag]
   */
  async getBytes(offset, length, signal, etag) {
    try {
      const answer = await this.#read(offset, length, signal, etag);
      this.failures = 0;
      return answer;
    } catch (error) {
      if (signal?.aborted || error instanceof this.Changed) throw error;
      this.failures++;
      if (this.failures === maxFailures) setTimeout(this.giveUp);
      // The page shows a notice; aborting keeps the error out of the console.
      throw new DOMException(String(error), "AbortError");
    }
  }

  /**
   * @param {number} offset
   * @param {number} length
   * @param {AbortSignal} [signal]
   * @param {string} [etag] of the file as it was read before
   */
  async #read(offset, length, signal, etag) {
    const response = await fetch(this.url, { signal, cache: this.cache, headers: { Range: `bytes=${offset}-${offset + length - 1}` } });
    if (response.status !== 206) throw new Error(`${this.url}: status ${response.status} to a byte range`);
    const found = response.headers.get("ETag") ?? undefined;
    if (etag && found && found !== etag) {
      this.cache = "reload"; // the browser may have cached parts of the earlier file
      throw new this.Changed(etag);
    }
    return { data: await response.arrayBuffer(), etag: found };
  }
}

/**
 * Opens the file and makes its layer, which follows the theme.
 * @param {Basemap} basemap
 * @param {{maxZoom: number, giveUp: () => void}} options
 * @returns {Promise<any>} a Leaflet layer; fails if the file cannot be read
 */
export async function detailLayer(basemap, { maxZoom, giveUp }) {
  const { PMTiles, EtagMismatch } = await library("pmtiles");
  const archive = new PMTiles(new WatchedSource(new URL(basemap.url, location.href).href, { Changed: EtagMismatch, giveUp }));
  await archive.getHeader();
  const options = { attribution: basemap.attribution || defaultCredit, bounds: isWorld(basemap) ? undefined : boundsOf(basemap), maxZoom };
  if (basemap.type !== "mvt") return pictureLayer(archive, { ...options, minZoom: basemap.min_zoom, maxNativeZoom: basemap.max_zoom });
  const { leafletLayer } = await library("protomapsL");
  const make = () => {
    const layer = leafletLayer({
      ...options,
      url: archive,
      flavor: document.documentElement.dataset.theme === "dark" ? "dark" : "light",
      lang: locale,
      maxDataZoom: basemap.max_zoom,
      minZoom: basemap.min_zoom > 0 ? basemap.min_zoom + 1 : 0, // a tile is drawn from those of the zoom before
      className: "detail",
      devicePixelRatio: Math.min(2, window.devicePixelRatio || 1),
    });
    layer.backgroundColor = ""; // where the file has no data, the outlines below are visible
    layer.on("add", () => (layer.getContainer().style.filter = "saturate(0.6)")); // markers must stand out
    return layer;
  };
  return themedLayer(make);
}

/**
 * A layer that is recreated when the theme changes.
 * @param {() => any} make
 */
function themedLayer(make) {
  const group = L.layerGroup([make()]);
  const renew = () => {
    group.clearLayers();
    group.addLayer(make());
  };
  group.on("add", () => document.addEventListener("themechange", renew));
  group.on("remove", () => document.removeEventListener("themechange", renew));
  return group;
}

/**
 * Tiles that are pictures. They are drawn on canvas, for which the pages' policy
 * needs to allow no more than it does.
 * @param {any} archive
 * @param {object} options of L.GridLayer
 */
function pictureLayer(archive, options) {
  const Layer = L.GridLayer.extend({
    /**
     * @param {{x: number, y: number, z: number}} coords
     * @param {(error: unknown, tile: HTMLElement) => void} done
     */
    createTile({ x, y, z }, done) {
      const canvas = document.createElement("canvas");
      drawPicture(canvas, archive, z, x, y).then(
        () => done(null, canvas),
        (error) => done(error, canvas),
      );
      return canvas;
    },
  });
  return new Layer({ className: "tiles", ...options });
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {any} archive
 * @param {number} z
 * @param {number} x
 * @param {number} y
 */
async function drawPicture(canvas, archive, z, x, y) {
  const tile = await archive.getZxy(z, x, y);
  if (!tile) return; // the file has no data there
  const picture = await createImageBitmap(new Blob([tile.data]));
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext("2d")?.drawImage(picture, 0, 0);
  picture.close();
}

/** Whether the file has the whole world at every zoom. @param {Basemap} basemap */
export function isWorld({ bbox: [west, south, east, north], min_zoom: minZoom }) {
  return minZoom <= 1 && west <= -179.9 && east >= 179.9 && south <= -80 && north >= 80;
}

/** @param {Basemap} basemap */
function boundsOf({ bbox: [west, south, east, north] }) {
  return L.latLngBounds([south, west], [north, east]);
}
