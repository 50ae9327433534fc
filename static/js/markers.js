// @ts-check
// Markers: one for each place, standing for all stories that name it, clustered.

import { count, el } from "./dom.js";
import { nearestLon } from "./map.js";

const L = /** @type {any} */ (window).L;

/** @typedef {import("./api.js").Feature} Feature */

/**
 * @typedef {object} PlaceGroup a place with the features that stand at it
 * @property {string} id
 * @property {string} name
 * @property {string} role the strongest among its features
 * @property {string} precision
 * @property {number} lat degrees
 * @property {number} lon degrees
 * @property {Feature[]} features newest first
 * @property {any} marker
 */

const rank = /** @type {Record<string, number>} */ ({ focus: 3, dateline: 2, mention: 1 });

/** Precisions whose point only stands for a whole area. */
const areas = new Set(["admin2", "admin1", "country", "region", "water"]);

/**
 * @param {Feature[]} features
 * @returns {Map<string, PlaceGroup>}
 */
export function groupByPlace(features) {
  /** @type {Map<string, PlaceGroup>} */
  const groups = new Map();
  for (const feature of features) {
    const group = groups.get(feature.place_id);
    if (!group) {
      const { place_id: id, place: name, role, precision, lat, lon } = feature;
      groups.set(id, { id, name, role, precision, lat, lon, features: [feature], marker: null });
      continue;
    }
    group.features.push(feature);
    if ((rank[feature.role] ?? 0) > (rank[group.role] ?? 0)) group.role = feature.role;
  }
  return groups;
}

/** @param {string} role */
function roleClass(role) {
  return role in rank ? role : "mention";
}

/**
 * The glyph of a place: its role by colour and fill, its precision by shape.
 * @param {string} role
 * @param {string} precision
 * @param {number} [stories]
 */
export function glyph(role, precision, stories = 1) {
  const shape = areas.has(precision) ? "area" : "spot";
  return el("span", { class: `glyph ${roleClass(role)} ${shape}` }, stories > 1 ? el("b", {}, stories > 99 ? "99+" : String(stories)) : null);
}

/**
 * The clustered layer of places on a map.
 */
export class Markers {
  /**
   * @param {any} map
   * @param {{popup: (group: PlaceGroup) => HTMLElement, hover?: (storyIds: string[]) => void}} options
   */
  constructor(map, { popup, hover = () => {} }) {
    this.map = map;
    this.popup = popup;
    this.hover = hover;
    /** @type {Map<string, PlaceGroup>} */
    this.groups = new Map();
    /** @type {Set<Element>} */
    this.lit = new Set();
    this.cluster = L.markerClusterGroup({
      maxClusterRadius: 44,
      showCoverageOnHover: false,
      spiderLegPolylineOptions: { weight: 1, opacity: 0.5, className: "spider-leg" },
      chunkedLoading: true,
      chunkInterval: 60,
      animate: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      iconCreateFunction: clusterIcon,
    });
    this.cluster.on("clustermouseover", (/** @type {any} */ event) => this.hover(storiesUnder(event.layer)));
    this.cluster.on("clustermouseout", () => this.hover([]));
    map.addLayer(this.cluster);
    map.on("moveend", () => this.follow());
  }

  /**
   * Shows these features in place of the former ones. A popup that is open stays
   * open if its place is still there.
   * @param {Feature[]} features
   */
  show(features) {
    const open = this.openPlace();
    const centre = this.map.getCenter().lng;
    const fresh = groupByPlace(features);
    for (const group of fresh.values()) group.marker = this.makeMarker(group, centre);
    this.cluster.clearLayers();
    this.groups = fresh;
    this.cluster.addLayers([...fresh.values()].map((group) => group.marker));
    if (open && fresh.has(open)) this.open(open, { move: false });
  }

  /**
   * @param {PlaceGroup} group
   * @param {number} centre degrees of longitude
   */
  makeMarker(group, centre) {
    const marker = L.marker([group.lat, nearestLon(group.lon, centre)], {
      icon: placeIcon(group),
      group,
      riseOnHover: true,
      zIndexOffset: (rank[group.role] ?? 0) * 100,
    });
    marker.bindPopup(() => this.popup(group), this.popupSize());
    marker.on("mouseover", () => this.hover(group.features.map((f) => f.story_id)));
    marker.on("mouseout", () => this.hover([]));
    marker.on("add", () => label(marker, group));
    return marker;
  }

  /** On a phone a popup must be narrower than the map and clear of the zoom buttons. */
  popupSize() {
    const { x } = this.map.getSize();
    const narrow = x < 480;
    const maxWidth = Math.min(340, x - 72); // 72: the popup's own margins and the padding
    return {
      maxWidth,
      minWidth: Math.min(260, maxWidth),
      maxHeight: narrow ? 280 : 340,
      autoPanPaddingTopLeft: narrow ? [12, 92] : [24, 24],
      autoPanPaddingBottomRight: narrow ? [12, 12] : [24, 24],
    };
  }

  /** Moves markers over the antimeridian to the side that is in view. */
  follow() {
    const centre = this.map.getCenter().lng;
    const moved = [...this.groups.values()].filter((group) => group.marker.getLatLng().lng !== nearestLon(group.lon, centre));
    if (moved.length === 0) return;
    const open = this.openPlace();
    if (open && moved.some((group) => group.id === open)) this.map.closePopup();
    this.cluster.removeLayers(moved.map((group) => group.marker));
    for (const group of moved) group.marker = this.makeMarker(group, centre);
    this.cluster.addLayers(moved.map((group) => group.marker));
  }

  openPlace() {
    for (const group of this.groups.values()) {
      if (group.marker.isPopupOpen()) return group.id;
    }
    return "";
  }

  /**
   * Opens the popup of a place, after showing its marker if it is in a cluster.
   * @param {string} placeId
   * @param {{move?: boolean}} [options]
   */
  open(placeId, { move = true } = {}) {
    const group = this.groups.get(placeId);
    if (!group) return;
    if (!move) {
      if (this.cluster.getVisibleParent(group.marker) === group.marker) group.marker.openPopup();
      return;
    }
    this.cluster.zoomToShowLayer(group.marker, () => group.marker.openPopup());
  }

  /**
   * Lights up the markers, or the clusters that hold them, of some stories.
   * @param {Set<string>} storyIds
   */
  highlight(storyIds) {
    for (const element of this.lit) element.classList.remove("lit");
    this.lit.clear();
    if (storyIds.size === 0) return;
    for (const group of this.groups.values()) {
      if (!group.features.some((feature) => storyIds.has(feature.story_id))) continue;
      const element = this.cluster.getVisibleParent(group.marker)?.getElement?.();
      if (element) {
        element.classList.add("lit");
        this.lit.add(element);
      }
    }
  }
}

/** @param {PlaceGroup} group */
function placeIcon(group) {
  const size = group.features.length > 1 || group.role === "focus" ? 28 : 22;
  return L.divIcon({
    className: "place-marker",
    html: glyph(group.role, group.precision, group.features.length),
    iconSize: [size, size],
    popupAnchor: [0, -8],
  });
}

/**
 * @param {any} marker
 * @param {PlaceGroup} group
 */
function label(marker, group) {
  const element = marker.getElement();
  if (!element) return;
  element.setAttribute("aria-label", `${group.name}: ${count(group.features.length, "story", "stories")}`);
  element.dataset.place = group.id;
}

/** @param {any} cluster */
function clusterIcon(cluster) {
  let stories = 0;
  let focus = 0;
  for (const marker of cluster.getAllChildMarkers()) {
    const { group } = marker.options;
    stories += group.features.length;
    if (group.role === "focus") focus += group.features.length;
  }
  const size = stories < 10 ? 34 : stories < 100 ? 40 : stories < 1000 ? 46 : 54;
  const disc = el("span", { class: "cluster-disc" }, el("b", {}, short(stories)), el("span", { class: "visually-hidden" }, " stories close together"));
  disc.style.setProperty("--focus-share", `${Math.round((100 * focus) / stories)}%`);
  return L.divIcon({ className: "cluster-marker", html: disc, iconSize: [size, size] });
}

/** @param {number} n */
function short(n) {
  return n < 1000 ? String(n) : `${(n / 1000).toFixed(n < 10_000 ? 1 : 0)}k`;
}

/** @param {any} cluster */
function storiesUnder(cluster) {
  return cluster.getAllChildMarkers().flatMap((/** @type {any} */ marker) => marker.options.group.features.map((/** @type {Feature} */ f) => f.story_id));
}
