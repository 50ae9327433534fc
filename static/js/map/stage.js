// @ts-check
// The map with its layers, controlled by the state. The map page adds a list; the
// embedded map is this alone.

import * as api from "../lib/api.js";
import { Areas } from "./areas.js";
import { addBasemap } from "./basemap.js";
import { holdDetail } from "./countries.js";
import { Choropleth } from "./choropleth.js";
import { must } from "../lib/dom.js";
import { groupByPlace } from "./group.js";
import { Heat } from "./heat.js";
import { t } from "../lib/i18n.js";
import { bboxOf, makeMap, nearestLon } from "./map.js";
import { Markers } from "./markers.js";
import { notify } from "../lib/notice.js";
import { Popup, areaContent, placeContent, placesContent } from "./popup.js";
import { Source } from "./source.js";

/** @typedef {import("./group.js").Group} Group */
/** @typedef {import("../lib/api.js").Story} Story */
/** @typedef {(story: Story) => boolean} Matcher */

/**
 * @typedef {object} Hooks
 * @property {(matches: Matcher | null) => void} [hover] something on the map is pointed at, or nothing
 * @property {(matches: Matcher | null) => void} [opened] something on the map was opened, or all is closed
 * @property {() => void} [drawn] what the map draws has changed
 * @property {(counts: api.Counts) => void} [count] all under the filters, wherever they lie
 * @property {(error: unknown) => void} [fail]
 */

/** How long, in milliseconds, large files wait for the first markers. */
const markerTimeout = 5_000;

export class Stage {
  /**
   * @param {import("../lib/state.js").State} state
   * @param {Hooks} [hooks]
   */
  constructor(state, { hover = () => {}, opened = () => {}, drawn = () => {}, count = () => {}, fail = () => {} } = {}) {
    this.state = state;
    this.hooks = { opened, drawn };
    /** @type {import("./source.js").Drawn} */
    this.drawn = { mode: "features", features: [], cells: [], areas: [], cut: false };
    /** What the popup shows, in the same form as the selection of the state. */
    this.opened = "";
    this.map = makeMap(must("#map"));
    this.placed = state.view !== null;
    /** Allows large files to be loaded. */
    this.release = () => {};
    holdDetail(
      new Promise((release) => {
        this.release = release;
        window.setTimeout(release, markerTimeout);
      }),
    );
    /** Whether the map is moving only because its size has changed. */
    this.resizing = false;
    this.#look(false);
    addBasemap(this.map, { tilesUrl: document.body.dataset.tiles, chooser: must("#basemap"), notify: (text) => notify("basemap", text) });

    this.popup = new Popup(this.map, () => {
      this.opened = "";
      state.set({ selected: "" });
      opened(null);
    });
    this.markers = new Markers(this.map, {
      open: (group, opener) => this.#openGroup(group, opener),
      openMany: (groups, opener) => this.#openMany(groups, opener),
      openArea: (bbox, at, opener) => this.popup.open(at, areaContent(state.query({ bbox })), opener),
      hover: (item) => hover(item ? matcherOf(item) : null),
    });
    this.areas = new Areas(this.map, {
      open: (group, opener) => this.#openArea(group, opener),
      hover: (group) => hover(group ? named(new Set([group.id])) : null),
    });
    this.heat = new Heat(this.map);
    this.choropleth = new Choropleth(this.map, { legend: must("#legend"), state, fail });
    this.source = new Source({
      state,
      map: this.map,
      draw: (all) => this.#draw(all),
      count,
      fail,
      busy: (busy) => document.body.classList.toggle("loading", busy),
    });
    this.fail = fail;
    state.on(["layer"], () => this.#showLayer());
    state.on(["view"], (from) => from === "history" && this.#look(true));
    state.on(["selected"], (from) => from === "history" && this.showSelected());
    this.map.on("moveend", () => this.#moved());
    new ResizeObserver(() => this.#resized()).observe(this.map.getContainer());
    this.#showLayer({ load: false });
  }

  /** Loads everything again. */
  load() {
    this.source.load();
    this.choropleth.load();
  }

  /** The current view as parameters of the API. */
  query() {
    return this.state.query({ bbox: bboxOf(this.map.getBounds()) });
  }

  /** Moves the map to where the state says. @param {boolean} animate */
  #look(animate) {
    const { view } = this.state;
    if (view) this.map.setView([view.lat, view.lon], view.zoom, { animate });
    else this.map.setView([28, 12], this.#worldZoom());
  }

  /** The zoom at which the world, 256 pixels at zoom 0, fills the map both ways. */
  #worldZoom() {
    const { x, y } = this.map.getSize();
    const across = Math.floor(2 * Math.log2(x / 256)) / 2;
    const down = Math.ceil(2 * Math.log2(y / 256)) / 2;
    return Math.max(1, Math.min(3, Math.max(across, down)));
  }

  /** The elements around the map may grow; the reader did not move it. */
  #resized() {
    const element = this.map.getContainer();
    const { x, y } = this.map.getSize();
    if (element.clientWidth === x && element.clientHeight === y) return;
    const centre = this.map.getCenter();
    this.resizing = true;
    this.map.invalidateSize({ animate: false, pan: false });
    this.map.setView(centre, this.map.getZoom(), { reset: true }); // panning would round to pixels, and the address would drift
    this.resizing = false;
  }

  #moved() {
    if (this.resizing) return;
    const { lat, lng } = this.map.getCenter().wrap();
    this.placed = true;
    this.state.set({ view: { zoom: this.map.getZoom(), lat, lon: lng } });
  }

  /** @param {import("./source.js").Drawn} drawn */
  #draw(drawn) {
    this.drawn = drawn;
    this.markers.take(drawn);
    this.areas.take(this.markers.areas);
    this.heat.take(drawn);
    this.#fitOnce();
    if (!this.state.view) this.#moved(); // so that going back returns here
    this.showSelected();
    window.requestAnimationFrame(() => window.setTimeout(this.release)); // the markers are visible by then
    notify("cut", drawn.cut ? t("notice.cut", { count: drawn.features.length }) : "");
    this.hooks.drawn();
  }

  /** The first visit with filters starts where the matching stories are. */
  #fitOnce() {
    if (this.placed || this.isEmpty) return;
    this.placed = true;
    if (this.state.filtered) this.showAll(false);
  }

  get isEmpty() {
    return this.drawn.features.length + this.drawn.cells.length + this.drawn.areas.length === 0;
  }

  /** @param {boolean} animate */
  showAll(animate) {
    const points = [...this.drawn.features, ...this.drawn.cells, ...this.drawn.areas].map(({ lat, lon }) => [lat, lon]);
    if (points.length > 0) this.map.fitBounds(points, { maxZoom: 6, padding: [48, 48], animate });
  }

  /** @param {{load?: boolean}} [options] */
  #showLayer(options) {
    const { layer } = this.state;
    this.markers.show(layer === "markers");
    this.areas.show(layer === "markers");
    this.choropleth.show(layer === "countries", options);
    this.heat.show(layer === "heat").catch((error) => this.fail(error));
  }

  /** Lights up the places of a story, or puts all out. @param {Story | null} story */
  light(story) {
    if (!story) {
      this.markers.highlight(null);
      this.areas.highlight(null);
      return;
    }
    const ids = new Set(story.locations.map(({ place }) => place.id));
    this.markers.highlight(({ groups, cell }) => (cell ? holds(cell, story) : groups.some(({ id }) => ids.has(id))));
    this.areas.highlight(ids);
  }

  /** Goes to a place and opens it. @param {import("../lib/api.js").Place & {precision?: string}} place */
  choose(place) {
    const group = this.markers.groups.get(place.id);
    if (group?.precision !== "country" && place.precision !== "country") this.goTo(place, group ? this.markers.zoomOf(place.id) : 0);
    this.state.set({ selected: `place:${place.id}` });
    this.showSelected();
  }

  /**
   * Goes near a place, unless it can be seen as it is.
   * @param {{lat: number, lon: number}} place
   * @param {number} zoom
   */
  goTo({ lat, lon }, zoom) {
    const at = [lat, nearestLon(lon, this.map.getCenter().lng)];
    if (zoom > this.map.getZoom() || !this.map.getBounds().pad(-0.1).contains(at)) this.map.setView(at, Math.max(zoom, this.map.getZoom()));
  }

  /** Opens the selection of the state, wherever it is. */
  async showSelected() {
    const { selected } = this.state;
    if (!selected) {
      if (this.opened) this.popup.close();
      return;
    }
    if (selected.kind === "story") return this.hooks.opened((story) => story.id === selected.id);
    if (this.opened === this.state.shape.selected && this.popup.isOpen) return;
    const group = this.markers.groups.get(selected.id) ?? (await this.#askGroup(selected.id));
    if (this.state.selected?.id !== selected.id) return; // the selection has changed in the meantime
    if (!group) return notify("selected", t("notice.noPlace"));
    this.#openGroup(group, this.elementOf(group.id));
  }

  /**
   * A place whose features are not loaded, as the server sends clusters.
   * @param {string} placeId
   * @returns {Promise<Group | null>}
   */
  async #askGroup(placeId) {
    try {
      const { features } = await api.features(this.state.query({ place: placeId, limit: "200" }));
      const group = groupByPlace(features).get(placeId);
      return group ? { ...group, count: this.markers.areas.find(({ id }) => id === placeId)?.count } : null;
    } catch (error) {
      if (error instanceof api.ApiError) return null;
      throw error;
    }
  }

  /**
   * A country, whose features are asked for where the server only counted them.
   * @param {Group} group
   * @param {HTMLElement | null} opener
   */
  async #openArea(group, opener) {
    const whole = group.features.length > 0 ? group : await this.#askGroup(group.id);
    if (!whole) return notify("selected", t("notice.noPlace"));
    this.#openGroup(whole, opener);
  }

  /**
   * @param {Group} group
   * @param {HTMLElement | null} opener
   */
  #openGroup(group, opener) {
    const at = { lat: group.lat, lng: nearestLon(group.lon, this.map.getCenter().lng) };
    this.opened = `place:${group.id}`;
    this.popup.open(at, placeContent(group, this.state.query({ place: group.id, limit: "200" })), opener);
    this.state.set({ selected: this.opened });
    notify("selected", "");
    this.hooks.opened(named(new Set([group.id])));
  }

  /**
   * @param {Group[]} groups
   * @param {HTMLElement} opener
   */
  #openMany(groups, opener) {
    const at = { lat: groups[0].lat, lng: nearestLon(groups[0].lon, this.map.getCenter().lng) };
    this.popup.open(
      at,
      placesContent(groups, (group) => this.#openGroup(group, opener)),
      opener,
    );
  }

  /** Whether the popup shows one of these stories. @param {string[]} ids */
  shows(ids) {
    return ids.some((id) => document.querySelector(`.leaflet-popup [data-story="${CSS.escape(id)}"]`));
  }

  /** The element that shows a place now, alone or in a cluster. @param {string} placeId */
  elementOf(placeId) {
    return this.markers.elementOf(placeId) ?? this.areas.elementOf(placeId);
  }
}

/**
 * Stories that name one of these places.
 * @param {Set<string>} ids
 * @returns {Matcher}
 */
function named(ids) {
  return (story) => story.locations.some(({ place }) => ids.has(place.id));
}

/**
 * The stories of a marker.
 * @param {import("./markers.js").Item} item
 * @returns {Matcher}
 */
function matcherOf({ groups, cell }) {
  if (cell) return (story) => holds(cell, story);
  return named(new Set(groups.map(({ id }) => id)));
}

/**
 * Whether a cluster of the server counts a story: by a place within, countries aside.
 * @param {api.Cell} cell
 * @param {Story} story
 */
function holds(cell, story) {
  return story.locations.some(({ place, precision }) => precision !== "country" && within(place, cell.bbox));
}

/**
 * @param {{lat: number, lon: number}} place
 * @param {[number, number, number, number]} bbox
 */
function within({ lat, lon }, [west, south, east, north]) {
  return lat >= south && lat <= north && (west <= east ? lon >= west && lon <= east : lon >= west || lon <= east);
}
