// @ts-check
// The small map of a story's or a place's page. It reads its places from the
// page's own list, so that the page says the same with and without scripts.

import { addBasemap } from "./basemap.js";
import { el, must } from "./dom.js";
import { makeMap } from "./map.js";
import { glyph } from "./glyph.js";

const L = /** @type {any} */ (window).L;

/**
 * @typedef {object} Spot
 * @property {string} id of the place
 * @property {string} name
 * @property {string} role
 * @property {string} precision
 * @property {number} lat degrees
 * @property {number} lon degrees
 * @property {HTMLElement} element the list item
 * @property {any} marker
 */

/** @returns {Spot[]} */
function readSpots() {
  return [...document.querySelectorAll("[data-lat][data-lon]")].map((node) => {
    const element = /** @type {HTMLElement} */ (node);
    const { place = "", name = "", role = "mention", precision = "point", lat, lon } = element.dataset;
    return { id: place, name, role, precision, lat: Number(lat), lon: Number(lon), element, marker: null };
  });
}

/**
 * Builds the map and its markers.
 * @param {{hover?: (id: string) => void, choose?: (id: string) => void}} [options]
 */
export function makeMinimap({ hover = () => {}, choose = () => {} } = {}) {
  const map = makeMap(must("#map"), { scrollWheelZoom: false });
  const spots = readSpots();
  map.setView([20, 0], 1);
  const credit = must("#notice");
  addBasemap(map, {
    tilesUrl: document.body.dataset.tiles,
    chooser: must("#basemap"),
    notify: (message) => {
      credit.textContent = message;
      credit.hidden = message === "";
    },
  });
  const reference = (spots.find((spot) => spot.role === "focus") ?? spots[0])?.lon ?? 0;
  for (const spot of spots) {
    const size = spot.role === "focus" ? 28 : 22;
    spot.marker = L.marker([spot.lat, spot.lon + 360 * Math.round((reference - spot.lon) / 360)], {
      icon: L.divIcon({ className: "place-marker", html: glyph(spot), iconSize: [size, size] }),
      zIndexOffset: spot.role === "focus" ? 200 : 0,
      riseOnHover: true,
    }).addTo(map);
    const element = spot.marker.getElement();
    element.setAttribute("aria-label", spot.name);
    element.dataset.place = spot.id;
    spot.marker.bindTooltip(el("span", {}, spot.name), { direction: "top", offset: [0, -8] });
    spot.marker.on("mouseover", () => hover(spot.id));
    spot.marker.on("mouseout", () => hover(""));
    spot.marker.on("click", () => choose(spot.id));
  }
  fit(map, spots);
  return { map, spots: new Map(spots.map((spot) => [spot.id, spot])) };
}

/**
 * Shows the towns and points; countries and regions, which may lie a world away
 * ("American"), only count where there is nothing finer.
 * @param {any} map
 * @param {Spot[]} spots
 */
function fit(map, spots) {
  if (spots.length === 0) return;
  const fine = spots.filter((spot) => spot.precision === "point" || spot.precision === "city");
  const shown = fine.length > 0 ? fine : spots;
  const zooms = /** @type {Record<string, number>} */ ({ country: 4, region: 4, water: 4, admin1: 5 });
  const maxZoom = shown.length > 1 ? 6 : (zooms[shown[0].precision] ?? 6);
  map.fitBounds(L.latLngBounds(shown.map((spot) => spot.marker.getLatLng())), { padding: [36, 36], maxZoom, animate: false });
}
