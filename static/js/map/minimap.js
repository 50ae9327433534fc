// @ts-check
// The small map of a story's or a place's page. It reads its places from the
// list on the page, so that the page is the same with and without scripts.

import { addBasemap } from "./basemap.js";
import { el, must } from "../lib/dom.js";
import { glyph } from "../lib/glyph.js";
import { t } from "../lib/i18n.js";
import { makeMap, nearestLon } from "./map.js";
import { printMap } from "../page/print.js";

const L = /** @type {any} */ (window).L;

/** Size of a marker's target in pixels, large enough for a finger. */
const target = 28;

/**
 * @typedef {object} Spot
 * @property {string} id of the place; the name of a neighbour; empty for a publisher's point
 * @property {"place" | "near" | "point"} kind
 * @property {string} name
 * @property {string} role
 * @property {string} precision
 * @property {number} confidence
 * @property {number} lat degrees
 * @property {number} lon degrees
 * @property {HTMLElement} element the list item
 * @property {any} marker
 */

/** @returns {Spot[]} */
function readSpots() {
  return [...document.querySelectorAll("[data-lat][data-lon]")].map((node) => {
    const element = /** @type {HTMLElement} */ (node);
    const { place = "", near, point, name = "", role = "mention", precision = "point", confidence = "1", lat, lon } = element.dataset;
    const kind = near !== undefined ? "near" : point !== undefined ? "point" : "place";
    const label = kind === "point" ? t("story.point") : (near ?? name);
    return {
      id: near ?? place,
      kind,
      name: label,
      role,
      precision,
      confidence: Number(confidence),
      lat: Number(lat),
      lon: Number(lon),
      element,
      marker: null,
    };
  });
}

/**
 * Builds the map and its markers.
 * @param {{hover?: (id: string) => void, choose?: (id: string) => void}} [options]
 */
export function makeMinimap({ hover = () => {}, choose = () => {} } = {}) {
  const element = must("#map");
  const map = makeMap(element, { scrollWheelZoom: false });
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
  for (const spot of spots) addMarker(map, spot, reference, { hover, choose });
  fit(map, spots);
  skipHidden(map, spots);
  map.on("zoomend moveend", () => skipHidden(map, spots));
  printMap(must(".mini"));
  return { map, spots: new Map(spots.filter(({ id }) => id).map((spot) => [spot.id, spot])) };
}

/**
 * @param {any} map
 * @param {Spot} spot
 * @param {number} reference longitude beside which all are drawn
 * @param {{hover: (id: string) => void, choose: (id: string) => void}} hooks
 */
function addMarker(map, spot, reference, { hover, choose }) {
  const looks = {
    place: () => glyph(spot),
    near: () => el("span", { class: "glyph near", "aria-hidden": "true" }),
    point: () => el("span", { class: "cross", "aria-hidden": "true" }),
  };
  spot.marker = L.marker([spot.lat, nearestLon(spot.lon, reference)], {
    icon: L.divIcon({ className: "place-marker", html: looks[spot.kind](), iconSize: [target, target] }),
    zIndexOffset: spot.kind === "point" ? 300 : 0,
    riseOnHover: true,
    keyboard: spot.kind !== "point",
    interactive: spot.kind !== "point", // it would cover the marker of the place
  }).addTo(map);
  if (spot.kind === "point") return;
  const element = spot.marker.getElement();
  element.setAttribute("aria-label", spot.name);
  spot.marker.bindTooltip(el("span", {}, el("bdi", {}, spot.name)), { direction: "top", offset: [0, -8] });
  if (spot.kind === "near") spot.marker.on("click", () => /** @type {HTMLElement | null} */ (spot.element.querySelector("a"))?.click());
  if (spot.kind !== "place") return;
  element.dataset.place = spot.id;
  spot.marker.on("mouseover", () => hover(spot.id));
  spot.marker.on("mouseout", () => hover(""));
  spot.marker.on("click", () => choose(spot.id));
}

/** Foremost first: what keeps its place where markers crowd. @param {Spot} spot */
function weight({ kind, role }) {
  return kind === "near" ? 2 : role === "focus" ? 0 : 1;
}

/**
 * Removes markers under others, under the map's buttons or outside the map from the
 * focus order, as their focus would be invisible. The list next to the map has all.
 * @param {any} map
 * @param {Spot[]} all
 */
function skipHidden(map, all) {
  const frame = map.getContainer().getBoundingClientRect();
  const covers = [...document.querySelectorAll(".mini .leaflet-control, .mini .basemap")].map((element) => element.getBoundingClientRect());
  const isSeen = (/** @type {DOMRect} */ box) =>
    box.left >= frame.left &&
    box.right <= frame.right &&
    box.top >= frame.top &&
    box.bottom <= frame.bottom &&
    !covers.some((cover) => box.left < cover.right && box.right > cover.left && box.top < cover.bottom && box.bottom > cover.top);
  const free = /** @type {any[]} */ ([]);
  for (const { kind, marker } of [...all].sort((a, b) => weight(a) - weight(b))) {
    if (kind === "point") continue;
    const at = map.latLngToLayerPoint(marker.getLatLng());
    const isFree = free.every((other) => Math.abs(other.x - at.x) >= target || Math.abs(other.y - at.y) >= target);
    if (isFree) free.push(at);
    const element = marker.getElement();
    element?.setAttribute("tabindex", isFree && isSeen(element.getBoundingClientRect()) ? "0" : "-1");
    marker.setZIndexOffset(isFree ? 200 : -200);
  }
}

/**
 * Shows the towns and points; countries and regions, which may lie a world away
 * ("American"), only count where there is nothing finer.
 * @param {any} map
 * @param {Spot[]} all
 */
function fit(map, all) {
  const spots = all.filter(({ kind }) => kind !== "near");
  if (spots.length === 0) return;
  const fine = spots.filter((spot) => spot.precision === "point" || spot.precision === "city");
  const shown = fine.length > 0 ? fine : spots;
  const zooms = /** @type {Record<string, number>} */ ({ country: 4, region: 4, water: 4, admin1: 5 });
  const maxZoom = shown.length > 1 ? 6 : (zooms[shown[0].precision] ?? 6);
  const buttons = must("#basemap").getBoundingClientRect(); // they cover the top of the map
  const top = Math.max(36, buttons.bottom - map.getContainer().getBoundingClientRect().top + target / 2);
  map.fitBounds(L.latLngBounds(shown.map((spot) => spot.marker.getLatLng())), {
    paddingTopLeft: [36, top],
    paddingBottomRight: [48, 36],
    maxZoom,
    animate: false,
  });
}
