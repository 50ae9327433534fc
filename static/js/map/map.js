// @ts-check
// The Leaflet map itself: its limits, its credits and its bounds as filters.

import { t } from "../lib/i18n.js";

const L = /** @type {any} */ (window).L;

const credits =
  `${t("credits.places")} <a href="https://www.geonames.org/" rel="noopener noreferrer">GeoNames</a> ` +
  '(<a href="https://creativecommons.org/licenses/by/4.0/" rel="noopener noreferrer">CC BY 4.0</a>) · ' +
  `${t("credits.outlines")} <a href="https://www.naturalearthdata.com/" rel="noopener noreferrer">Natural Earth</a>`;

/**
 * @param {HTMLElement} element
 * @param {object} [options] of L.Map
 * @returns {any}
 */
export function makeMap(element, options = {}) {
  const map = L.map(element, {
    minZoom: 1,
    maxZoom: 14, // the points of the gazetteer are no more exact
    zoomSnap: 0.5,
    zoomControl: false,
    attributionControl: false,
    markerZoomAnimation: true,
    worldCopyJump: true,
    maxBounds: [
      [-85.06, -540],
      [85.06, 540],
    ],
    maxBoundsViscosity: 0.8,
    ...options,
  });
  const end = document.documentElement.dir === "rtl" ? "left" : "right";
  L.control
    .attribution({ position: `bottom${end}`, prefix: false })
    .addAttribution(credits)
    .addTo(map);
  L.control.zoom({ position: `top${end}`, zoomInTitle: t("map.zoomIn"), zoomOutTitle: t("map.zoomOut") }).addTo(map);
  return map;
}

/**
 * The bounds of a map as the value of the bbox filter: minlon, minlat, maxlon,
 * maxlat in degrees; minlon > maxlon where it crosses the antimeridian. Empty
 * if the map shows the whole world.
 * @param {any} bounds L.LatLngBounds
 */
export function bboxOf(bounds) {
  const south = Math.max(-90, bounds.getSouth());
  const north = Math.min(90, bounds.getNorth());
  if (bounds.getEast() - bounds.getWest() >= 360) {
    return south <= -84 && north >= 84 ? "" : [-180, south, 180, north].map(round).join(",");
  }
  return [wrap(bounds.getWest()), south, wrap(bounds.getEast()), north].map(round).join(",");
}

/** @param {number} lon degrees */
function wrap(lon) {
  return ((((lon + 180) % 360) + 360) % 360) - 180;
}

/** @param {number} degrees */
function round(degrees) {
  return Number(degrees.toFixed(4));
}

/**
 * The longitude nearest to the middle of the view among all that mean the same
 * place, so that markers beyond the antimeridian stand where the eye expects.
 * @param {number} lon degrees
 * @param {number} centre degrees
 */
export function nearestLon(lon, centre) {
  return lon + 360 * Math.round((centre - lon) / 360);
}
