// @ts-check
// The small map next to the form: what newsmap finds in the text, and the points that
// the user adds with a right click.

import { pointWords } from "./draft.js";
import { addBasemap } from "../map/basemap.js";
import { el } from "../lib/dom.js";
import { glyph } from "../lib/glyph.js";
import { t } from "../lib/i18n.js";
import { makeMap, nearestLon } from "../map/map.js";

const L = /** @type {any} */ (window).L;

/** @typedef {import("./draft.js").Point} Point */
/** @typedef {import("../lib/api.js").Location} Location */

/** A marker's target in pixels. */
const target = 28;

export class AddMap {
  /**
   * @param {HTMLElement} element in the page, with its size
   * @param {(point: Point) => void} pick a right click or a long press
   */
  constructor(element, pick) {
    this.map = makeMap(element, { scrollWheelZoom: false });
    this.map.setView([20, 10], 1);
    addBasemap(this.map, { tilesUrl: document.body.dataset.tiles });
    this.places = L.layerGroup().addTo(this.map);
    this.points = L.layerGroup().addTo(this.map);
    this.map.on("contextmenu", (/** @type {any} */ { latlng }) => {
      const { lat, lng } = latlng.wrap();
      pick({ lon: lng, lat });
    });
    this.resized = new ResizeObserver(() => this.map.invalidateSize());
    this.resized.observe(element);
  }

  /** @param {Location[]} locations */
  showPlaces(locations) {
    this.places.clearLayers();
    const reference = (locations.find(({ role }) => role === "focus") ?? locations[0])?.place.lon ?? 0;
    const at = locations.map(({ place }) => [place.lat, nearestLon(place.lon, reference)]);
    locations.forEach((location, i) => this.#mark(this.places, at[i], glyph(location), location.place.name));
    const fine = at.filter((_, i) => ["point", "city"].includes(locations[i].precision));
    if (at.length > 0) this.map.fitBounds(L.latLngBounds(fine.length > 0 ? fine : at), { padding: [32, 32], maxZoom: 6, animate: false });
  }

  /** @param {Point[]} points */
  showPoints(points) {
    this.points.clearLayers();
    for (const point of points) {
      const at = [point.lat, nearestLon(point.lon, this.map.getCenter().lng)];
      this.#mark(this.points, at, el("span", { class: "cross", "aria-hidden": "true" }), `${t("story.point")}: ${pointWords(point)}`);
    }
  }

  /** @param {Point} point */
  lookAt({ lon, lat }) {
    const at = [lat, nearestLon(lon, this.map.getCenter().lng)];
    if (!this.map.getBounds().contains(at)) this.map.setView(at, Math.max(4, this.map.getZoom()));
  }

  /**
   * @param {any} layer
   * @param {number[]} at latitude, longitude
   * @param {HTMLElement} face
   * @param {string} words
   */
  #mark(layer, at, face, words) {
    const marker = L.marker(at, {
      icon: L.divIcon({ className: "place-marker", html: face, iconSize: [target, target] }),
      riseOnHover: true,
      bubblingMouseEvents: true,
    }).addTo(layer);
    marker.getElement().setAttribute("aria-label", words);
    marker.bindTooltip(el("span", {}, el("bdi", {}, words)), { direction: "top", offset: [0, -8] });
  }

  remove() {
    this.resized.disconnect();
    this.map.remove();
  }
}
