// @ts-check
// The markers: places, grouped into clusters where they are close, or clusters from
// the server. Only those in or near the view are on the page. A marker that stays between
// two drawings keeps its element, so that the focus is not lost.

import { el, isStill } from "../lib/dom.js";
import { age, compact } from "../lib/format.js";
import { countWords, glyph } from "../lib/glyph.js";
import { gather, groupByPlace, rank, tally } from "./group.js";
import { t } from "../lib/i18n.js";
import { bboxOf, nearestLon } from "./map.js";

const L = /** @type {any} */ (window).L;

/** @typedef {import("../lib/api.js").Cell} Cell */
/** @typedef {import("./group.js").Group} Group */
/** @typedef {import("./group.js").Cluster} Cluster */

/**
 * @typedef {object} Item something that is drawn
 * @property {string} key
 * @property {number} lat degrees
 * @property {number} lon degrees
 * @property {string} label for those who hear the page
 * @property {string} look changes when the icon does
 * @property {() => {element: HTMLElement, size: number, className: string}} icon
 * @property {number} above
 * @property {Group[]} groups empty for a cell
 * @property {Cell | null} cell
 */

/** From this many places at one point on, they open as a list; fewer fan out. */
const mostFanned = 7;

/** A story is fresh up to this age in milliseconds. */
const fresh = 24 * 3_600_000;

export class Markers {
  /**
   * @param {any} map
   * @param {object} options
   * @param {(group: Group, opener: HTMLElement) => void} options.open a place was chosen
   * @param {(groups: Group[], opener: HTMLElement) => void} options.openMany places at one point were
   * @param {(bbox: string, at: {lat: number, lng: number}, opener: HTMLElement) => void} options.openArea all in a cluster was
   * @param {(item: Item | null) => void} options.hover
   */
  constructor(map, { open, openMany, openArea, hover }) {
    this.map = map;
    this.open = open;
    this.openMany = openMany;
    this.openArea = openArea;
    this.hover = hover;
    /** @type {Map<string, Group>} */
    this.groups = new Map();
    /** @type {Cell[] | null} */
    this.cells = null;
    /** @type {Group[]} countries, which are drawn as areas elsewhere */
    this.areas = [];
    /** @type {Map<string, {item: Item, marker: any}>} */
    this.shown = new Map();
    /** @type {{zoom: number, clusters: Cluster[]} | null} */
    this.gathered = null;
    /** @type {{groups: Group[], lines: any} | null} */
    this.fan = null;
    /** @type {((item: Item) => boolean) | null} */
    this.lit = null;
    this.layer = L.layerGroup();
    map.on("zoomstart", () => this.#removeFan());
    map.on("click", () => this.#closeFan());
    map.on("moveend", () => this.draw());
    map.getContainer().addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.#walk(event));
  }

  /** @param {boolean} on whether the markers are on the map */
  show(on) {
    if (on) this.layer.addTo(this.map);
    else this.layer.remove();
    this.draw();
  }

  /** @param {import("./source.js").Drawn} drawn */
  take({ mode, features, cells, areas }) {
    this.cells = mode === "cells" ? cells : null;
    this.groups = groupByPlace(features);
    this.areas = mode === "cells" ? areas : [...this.groups.values()].filter(({ precision }) => precision === "country");
    this.gathered = null;
    this.fan = null;
    this.draw();
  }

  draw() {
    if (!this.map.hasLayer(this.layer)) return;
    const bounds = this.map.getBounds().pad(0.15);
    const centre = this.map.getCenter().lng;
    /** @type {Map<string, Item>} */
    const wanted = new Map();
    for (const item of this.#items()) {
      const lon = nearestLon(item.lon, centre);
      if (bounds.contains([item.lat, lon])) wanted.set(item.key, { ...item, lon });
    }
    for (const [key, { marker }] of this.shown) {
      if (wanted.has(key)) continue;
      this.layer.removeLayer(marker);
      this.shown.delete(key);
    }
    for (const item of wanted.values()) this.#place(item);
    this.#rove();
    this.map.fire("markersdrawn");
  }

  /** @returns {Item[]} */
  #items() {
    if (this.cells) return this.cells.map(cellItem);
    /** @type {Map<string, {lat: number, lon: number}>} */
    const fanned = new Map(this.fan ? spread(this.map, this.fan.groups) : []);
    return this.#clusters().flatMap((/** @type {Cluster} */ cluster) => {
      if (cluster.groups.length === 1) return [placeItem(cluster.groups[0])];
      if (!cluster.groups.every((group) => fanned.has(group.id))) return [clusterItem(cluster)];
      return cluster.groups.map((group) => ({ ...placeItem(group), ...fanned.get(group.id) }));
    });
  }

  /** @returns {Cluster[]} */
  #clusters() {
    const zoom = this.map.getZoom();
    if (this.gathered && this.gathered.zoom === zoom) return this.gathered.clusters;
    const spots = [...this.groups.values()].filter(({ precision }) => precision !== "country");
    const clusters = gather(spots, (group) => this.map.project([group.lat, group.lon], zoom));
    this.gathered = { zoom, clusters };
    return clusters;
  }

  /** @param {Item} item */
  #place(item) {
    const before = this.shown.get(item.key);
    if (before) {
      before.marker.setLatLng([item.lat, item.lon]);
      if (before.item.look !== item.look) before.marker.setIcon(iconOf(item));
      before.item = item;
      this.#dress(before.marker, item);
      return;
    }
    const marker = L.marker([item.lat, item.lon], { icon: iconOf(item), keyboard: false, riseOnHover: true, zIndexOffset: item.above });
    const entry = { item, marker };
    this.shown.set(item.key, entry);
    marker.on("click", () => this.#choose(entry));
    marker.on("contextmenu", () => this.#inspect(entry));
    marker.on("mouseover", () => this.hover(entry.item));
    marker.on("mouseout", () => this.hover(null));
    this.layer.addLayer(marker);
    this.#dress(marker, item);
  }

  /**
   * @param {any} marker
   * @param {Item} item
   */
  #dress(marker, item) {
    const element = marker.getElement();
    if (!element) return;
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", item.label);
    element.dataset.key = item.key;
    if (item.groups.length === 1) element.dataset.place = item.groups[0].id;
    element.tabIndex = -1;
    element.classList.toggle("lit", this.lit?.(item) ?? false);
    element.onfocus = () => {
      this.#rove(element);
      this.hover(item);
    };
    element.onblur = () => this.hover(null);
  }

  /** @param {{item: Item, marker: any}} entry */
  #choose({ item, marker }) {
    const element = marker.getElement();
    if (item.groups.length === 1) return this.open(item.groups[0], element);
    const bounds = item.cell
      ? cellBounds(item.cell, item.lon)
      : L.latLngBounds(item.groups.map((group) => [group.lat, nearestLon(group.lon, item.lon)]));
    const zoom = Math.min(this.map.getBoundsZoom(bounds, false, L.point(60, 60)), this.map.getMaxZoom());
    if (zoom > this.map.getZoom()) return this.map.flyToBounds(bounds, { padding: [60, 60], duration: 0.5, animate: !isStill() });
    if (item.cell) return this.openArea(bboxOf(bounds.pad(0.01)), marker.getLatLng(), element);
    if (item.groups.length > mostFanned) return this.openMany(item.groups, element);
    this.fan = { groups: item.groups, lines: null };
    this.draw();
    this.#tie(item);
  }

  /** Opens everything at a marker without moving the map. @param {{item: Item, marker: any}} entry */
  #inspect({ item, marker }) {
    const element = marker.getElement();
    if (item.groups.length === 1) return this.open(item.groups[0], element);
    const bounds = item.cell
      ? cellBounds(item.cell, item.lon)
      : L.latLngBounds(item.groups.map((group) => [group.lat, nearestLon(group.lon, item.lon)]));
    this.openArea(bboxOf(bounds.pad(0.001)), marker.getLatLng(), element);
  }

  /** Draws the lines from a fan's foot. @param {Item} item */
  #tie(item) {
    if (!this.fan) return;
    const foot = [item.lat, item.lon];
    const ends = item.groups.map((group) => this.shown.get(`place:${group.id}`)?.marker.getLatLng()).filter(Boolean);
    this.fan.lines = L.layerGroup(
      ends.map((end) => L.polyline([foot, end], { className: "fan-line", weight: 1, interactive: false })),
    ).addTo(this.layer);
    this.shown.get(`place:${item.groups[0].id}`)?.marker.getElement()?.focus();
  }

  #removeFan() {
    this.fan?.lines?.remove();
    this.fan = null;
  }

  #closeFan() {
    if (!this.fan) return;
    this.#removeFan();
    this.draw();
  }

  /** One marker at a time is a stop of the tab key. @param {HTMLElement | null} [stop] */
  #rove(stop = null) {
    const elements = this.elements();
    const chosen = stop ?? elements.find((element) => element === document.activeElement) ?? elements[0];
    for (const element of elements) element.tabIndex = element === chosen ? 0 : -1;
  }

  /** @returns {HTMLElement[]} */
  elements() {
    return [...this.shown.values()].map(({ marker }) => marker.getElement()).filter(Boolean);
  }

  /**
   * Arrow keys go to the nearest marker that way, Enter chooses, and the key of
   * the context menu lists the stories of a cluster.
   * @param {KeyboardEvent} event
   */
  #walk(event) {
    const at = event.target instanceof HTMLElement ? event.target.closest(".leaflet-marker-icon") : null;
    const entry = [...this.shown.values()].find(({ marker }) => marker.getElement() === at);
    if (!at || !entry || event.ctrlKey || event.altKey || event.metaKey) return;
    const ways = /** @type {Record<string, [number, number]>} */ ({
      ArrowRight: [1, 0],
      ArrowLeft: [-1, 0],
      ArrowDown: [0, 1],
      ArrowUp: [0, -1],
    });
    if (event.key === "Enter" || event.key === " ") this.#choose(entry);
    else if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) this.#inspect(entry);
    else if (ways[event.key]) this.#step(at, ways[event.key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * @param {Element} from
   * @param {[number, number]} way
   */
  #step(from, [dx, dy]) {
    const start = middle(from);
    let best = null;
    let least = Infinity;
    for (const element of this.elements()) {
      const { x, y } = middle(element);
      const along = (x - start.x) * dx + (y - start.y) * dy;
      const aside = Math.abs((x - start.x) * dy) + Math.abs((y - start.y) * dx);
      if (along < 1 || along + 2 * aside >= least) continue;
      best = element;
      least = along + 2 * aside;
    }
    if (!best) return;
    best.focus({ preventScroll: true });
    const entry = this.shown.get(best.dataset.key ?? "");
    if (entry && !this.map.getBounds().pad(-0.05).contains(entry.marker.getLatLng())) this.map.panTo(entry.marker.getLatLng());
  }

  /**
   * Lights up what matches; null puts all out.
   * @param {((item: Item) => boolean) | null} matches
   */
  highlight(matches) {
    this.lit = matches;
    for (const { item, marker } of this.shown.values()) marker.getElement()?.classList.toggle("lit", matches?.(item) ?? false);
  }

  /**
   * The zoom at which a place is not in a cluster, or the current zoom if it is not.
   * @param {string} placeId
   */
  zoomOf(placeId) {
    const most = this.map.getMaxZoom();
    const spots = [...this.groups.values()].filter(({ precision }) => precision !== "country");
    for (let zoom = this.map.getZoom(); zoom < most; zoom++) {
      const clusters = gather(spots, (group) => this.map.project([group.lat, group.lon], zoom));
      const cluster = clusters.find(({ groups }) => groups.some(({ id }) => id === placeId));
      if (!cluster || cluster.groups.length === 1) return zoom;
    }
    return most;
  }

  /** The element that shows a place now, alone or within a cluster. @param {string} placeId */
  elementOf(placeId) {
    for (const { item, marker } of this.shown.values()) {
      if (item.groups.some((group) => group.id === placeId)) return marker.getElement();
    }
    return null;
  }
}

/** @param {Element} element */
function middle(element) {
  const { x, y, width, height } = element.getBoundingClientRect();
  return { x: x + width / 2, y: y + height / 2 };
}

/** @param {Item} item */
function iconOf(item) {
  const { element, size, className } = item.icon();
  return L.divIcon({ className, html: element, iconSize: [size, size] });
}

/**
 * A marker's name, which has the figure that is seen on it, so that it can be
 * called by that.
 * @param {string} seen
 * @param {string} words
 */
function named(seen, words) {
  return seen === "" || words.split(/[\s\p{P}]+/u).includes(seen) ? words : `${seen}: ${words}`;
}

/**
 * @param {Group} group
 * @returns {Item}
 */
function placeItem(group) {
  const n = group.features.length;
  const doubt = group.confidence < 0.5;
  return {
    key: `place:${group.id}`,
    lat: group.lat,
    lon: group.lon,
    label: named(
      n > 1 ? countWords(n) : "",
      t(doubt ? "marker.doubtful" : "marker.place", { place: group.name, role: t(`role.${group.role}`), count: n }),
    ),
    look: [group.role, group.precision, n, doubt].join(),
    icon: () => ({ element: glyph(group, n), size: n > 1 || group.role === "focus" ? 28 : 24, className: "place-marker" }),
    above: (rank[group.role] ?? 0) * 100,
    groups: [group],
    cell: null,
  };
}

/**
 * @param {Cluster} cluster
 * @returns {Item}
 */
function clusterItem({ key, groups, lat, lon }) {
  const { stories, focus, newest } = tally(groups);
  return { ...discItem({ stories, focus, newest, place: groups[0].name, places: groups.length }), key, lat, lon, groups, cell: null };
}

/**
 * @param {Cell} cell
 * @returns {Item}
 */
function cellItem(cell) {
  const { lat, lon, stories, newest, features } = cell;
  const focus = Math.round((stories * (cell.role_counts?.focus ?? 0)) / Math.max(1, features));
  return {
    ...discItem({ stories, focus, newest, place: cell.place ?? "", places: 0 }),
    key: `cell:${cell.bbox.join()}`,
    lat,
    lon,
    groups: [],
    cell,
  };
}

/**
 * The look of a cluster: how many stories, how many of them about a place here,
 * and how old the newest is.
 * @param {{stories: number, focus: number, newest: string | null, place: string, places: number}} held
 */
function discItem({ stories, focus, newest, place, places }) {
  const old = age(newest);
  const size = (stories < 10 ? 36 : stories < 100 ? 42 : stories < 1000 ? 48 : 56) + (old.length > 4 ? 6 : 0);
  const isFresh = Date.now() - Date.parse(newest ?? "") < fresh;
  const share = Math.round((100 * focus) / Math.max(1, stories));
  const icon = () => {
    const face = el(
      "span",
      { class: "cluster-face" },
      el("b", {}, compact(stories)),
      old ? el("small", { "data-age": old, ...(old.length > 4 && { class: "long" }) }) : null,
    );
    const disc = el("span", { class: `cluster-disc${isFresh ? " fresh" : ""}`, "aria-hidden": "true" }, face);
    disc.style.setProperty("--focus-share", `${share}%`);
    return { element: disc, size, className: "cluster-marker" };
  };
  const around = places ? t("marker.cluster", { place, count: stories, places }) : t("marker.cell", { place, count: stories });
  return {
    label: named(compact(stories), old ? t("marker.newest", { words: around, age: old }) : around),
    look: [stories, share, old, isFresh].join(),
    icon,
    above: 400,
  };
}

/**
 * @param {Cell} cell
 * @param {number} centre degrees of longitude
 */
function cellBounds({ bbox: [west, south, east, north] }, centre) {
  const left = nearestLon(west, centre);
  const right = left + (east >= west ? east - west : east - west + 360);
  return L.latLngBounds([south, left], [north, right]);
}

/**
 * Where the places of a fan stand: on a ring around their point.
 * @param {any} map
 * @param {Group[]} groups
 * @returns {[string, {lat: number, lon: number}][]}
 */
function spread(map, groups) {
  const foot = map.latLngToLayerPoint([groups[0].lat, groups[0].lon]);
  const reach = 30 + groups.length * 3;
  return groups.map((group, i) => {
    const turn = (2 * Math.PI * i) / groups.length - Math.PI / 2;
    const { lat, lng } = map.layerPointToLatLng(foot.add([reach * Math.cos(turn), reach * Math.sin(turn)]));
    return [group.id, { lat, lon: lng }];
  });
}
