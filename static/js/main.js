// @ts-check
// The map page: wires state, data and the things on the page together. Each of
// these knows the state or its own callbacks, and none knows another.

import * as api from "./api.js";
import { Areas } from "./areas.js";
import { addBasemap } from "./basemap.js";
import { Choropleth } from "./choropleth.js";
import * as connection from "./connection.js";
import { el, must } from "./dom.js";
import { Drawer } from "./drawer.js";
import { Filters } from "./filters.js";
import { groupByPlace } from "./group.js";
import { Heat } from "./heat.js";
import { t } from "./i18n.js";
import { addLanguages, offered } from "./languages.js";
import { addKey } from "./key.js";
import { addLayerSwitch } from "./layers.js";
import { StoryList } from "./list.js";
import { bboxOf, makeMap, nearestLon } from "./map.js";
import { Markers } from "./markers.js";
import { News } from "./news.js";
import { notify } from "./notice.js";
import { Popup, areaContent, placeContent, placesContent } from "./popup.js";
import { Search } from "./search.js";
import { addShare } from "./share.js";
import { addSheet } from "./sheet.js";
import { Source } from "./source.js";
import { State, writeAddress } from "./state.js";
import { addThemeSwitch, theme } from "./theme.js";
import { TimeLine } from "./time.js";
import { fillUnlocated } from "./unlocated.js";

/** @typedef {import("./group.js").Group} Group */

/** The map rests this long, in milliseconds, before the list follows. */
const pause = 150;

class Page {
  constructor() {
    this.state = new State();
    /** @type {import("./source.js").Drawn} */
    this.drawn = { mode: "features", features: [], cells: [], cut: false };
    this.failed = false;
    /** @type {number | null} stories in view, once they are counted */
    this.inView = null;
    this.timer = 0;
    this.status = must("#status");

    this.map = makeMap(must("#map"));
    this.placed = this.state.view !== null;
    this.#look(false);
    addBasemap(this.map, { tilesUrl: document.body.dataset.tiles, chooser: must("#basemap"), notify: (text) => notify("basemap", text) });

    this.popup = new Popup(this.map, () => this.state.set({ selected: "" }));
    this.markers = new Markers(this.map, {
      open: (group, opener) => this.#openGroup(group, opener),
      openMany: (groups, opener) => this.#openMany(groups, opener),
      openArea: (bbox, at, opener) => this.popup.open(at, areaContent(this.state.query({ bbox })), opener),
      hover: (item) => this.list.highlight(item ? matcherOf(item) : null),
    });
    this.areas = new Areas(this.map, {
      open: (group, opener) => this.#openGroup(group, opener),
      hover: (group) => this.list.highlight(group ? (story) => story.locations.some(({ place }) => place.id === group.id) : null),
    });
    this.heat = new Heat(this.map);
    this.choropleth = new Choropleth(this.map, { legend: must("#legend"), state: this.state, fail: (error) => this.#fail(error) });
    this.list = new StoryList(must("#stories"), {
      hover: (story) => this.#light(story),
      choose: (location) => this.#choose(location.place.id),
      enter: (story) => this.#enter(story),
      count: (counts) => this.#count(counts),
      fail: (error) => this.#fail(error),
    });
    this.form = new Filters(/** @type {HTMLFormElement} */ (must("#filters")), this.state);
    this.search = new Search(must("#search"), this.state, {
      go: (place) => this.#goTo(place, Math.max(this.map.getZoom(), 6)),
      name: (id, name) => this.form.placeNames.set(id, name),
    });
    this.sheet = addSheet(must("#panel"), must("#handle"), () => this.map.invalidateSize());
    this.time = new TimeLine(must("#time"), this.state);
    this.drawer = new Drawer(this.state, {
      unlocated: { title: t("unlocated.title"), fill: (body) => fillUnlocated(body, this.state) },
    });
    must("#unlocated").addEventListener("click", () => this.state.set({ drawer: "unlocated" }));
    addLayerSwitch(must("#layers"), this.state);
    addKey(must("#key"));
    this.source = new Source({
      state: this.state,
      map: this.map,
      draw: (drawn) => this.#draw(drawn),
      count: (counts) => this.#countAll(counts),
      fail: (error) => this.#fail(error),
      busy: (busy) => document.body.classList.toggle("loading", busy),
    });
    addShare(must("#tools"), this.state, () => this.query());
    addLanguages(must("#tools"), offered());
    addThemeSwitch(must("#tools"), (choice) => this.state.set({ theme: this.state.theme === "auto" ? "auto" : choice }));
    this.#listen();
    this.#showLayer();
    this.#sayIgnored();
    this.news = new News(must("#fresh"), this.state, { reload: () => this.reload(), gone: (ids) => this.#gone(ids) });
    this.source.load();
    this.#loadList();
  }

  #listen() {
    this.state.on(["filters", "period"], () => this.#filter());
    this.state.on(["layer"], () => this.#showLayer());
    this.state.on(["view"], (from) => from === "history" && this.#look(true));
    this.state.on(["selected"], (from) => from === "history" && this.#showSelected());
    if (this.state.ignored.length > 0) history.replaceState(null, "", writeAddress(this.state.shape));
    this.state.on(["theme"], (from) => from === "history" && theme() !== this.state.theme && document.dispatchEvent(new CustomEvent("themechoice", { detail: this.state.theme })));
    this.map.on("moveend", () => this.#moved());
    connection.watch((up) => this.#connected(up));
    for (const skip of document.querySelectorAll(".skip")) {
      skip.addEventListener("click", (event) => {
        event.preventDefault(); // the hash is the map's position
        must(skip.getAttribute("href") ?? "").focus();
      });
    }
  }

  #filter() {
    this.inView = null;
    this.source.load();
    this.#loadList();
    this.choropleth.load();
  }

  /** Asks for everything anew: the stories have changed. */
  reload() {
    api.forget();
    this.#filter();
    this.time.reload();
  }

  /** Stories were removed while the page shows them. @param {string[]} ids */
  #gone(ids) {
    api.forget(ids);
    this.list.remove(ids);
    const open = ids.some((id) => document.querySelector(`.leaflet-popup [data-story="${CSS.escape(id)}"]`));
    if (open) notify("gone", t("story.gone"));
    this.source.load();
    this.#loadList();
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

  #moved() {
    const { lat, lng } = this.map.getCenter().wrap();
    this.placed = true;
    this.state.set({ view: { zoom: this.map.getZoom(), lat, lon: lng } });
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.#loadList(), pause);
  }

  /** What is in view, as the API takes it. */
  query() {
    return this.state.query({ bbox: bboxOf(this.map.getBounds()) });
  }

  #loadList() {
    clearTimeout(this.timer);
    return this.list.load(this.query());
  }

  /** @param {import("./source.js").Drawn} drawn */
  #draw(drawn) {
    this.failed = false;
    this.drawn = drawn;
    this.markers.take(drawn);
    this.areas.take(this.markers.countries);
    this.heat.take(drawn);
    this.form.namePlaces(this.markers.groups.values());
    this.#fitOnce();
    this.#showSelected();
    this.#writeState();
    notify("cut", drawn.cut ? t("notice.cut", { count: drawn.features.length }) : "");
  }

  /** A first visit with filters starts where their stories are. */
  #fitOnce() {
    if (this.placed || this.drawn.features.length === 0) return;
    this.placed = true;
    if (this.state.filtered) this.#showAll(false);
  }

  /** @param {boolean} animate */
  #showAll(animate) {
    const { features, cells } = this.drawn;
    const points = [...features, ...cells].map(({ lat, lon }) => [lat, lon]);
    if (points.length > 0) this.map.fitBounds(points, { maxZoom: 6, padding: [48, 48], animate });
  }

  /** @param {api.Counts} counts of what is in view */
  #count({ stories }) {
    this.failed = false;
    this.inView = stories;
    must("#summary").textContent = t("count.inView", { count: stories });
    this.#writeState();
  }

  /** What the list says where it has no story. */
  #writeState() {
    if (this.inView === null) return;
    if (this.inView > 0) this.say("");
    else if (this.drawn.features.length + this.drawn.cells.length > 0) this.say(t("empty.here"), t("empty.showAll"), () => this.#showAll(true));
    else if (this.state.filtered) this.say(t("empty.filters"), t("filters.clear"), () => this.state.clearFilters());
    else this.say(t("empty.store"));
  }

  /** @param {api.Counts} counts of all under the filters */
  #countAll({ unlocated }) {
    const button = must("#unlocated");
    button.hidden = unlocated === 0;
    button.textContent = t("count.unlocated", { count: unlocated });
  }

  #showLayer() {
    const { layer } = this.state;
    this.markers.show(layer === "markers");
    this.areas.show(layer === "markers");
    this.choropleth.show(layer === "countries");
    this.heat.show(layer === "heat").catch((error) => this.#fail(error));
  }

  /** @param {import("./api.js").Story | null} story */
  #light(story) {
    if (!story) {
      this.markers.highlight(null);
      this.areas.highlight(null);
      return;
    }
    const ids = new Set(story.locations.map(({ place }) => place.id));
    this.markers.highlight(({ groups, cell }) => (cell ? story.locations.some(({ place }) => within(place, cell.bbox)) : groups.some(({ id }) => ids.has(id))));
    this.areas.highlight(ids);
  }

  /** @param {string} placeId */
  #choose(placeId) {
    this.sheet.close();
    const group = this.markers.groups.get(placeId);
    if (group && group.precision !== "country") this.#goTo(group, this.markers.zoomOf(placeId));
    this.state.set({ selected: `place:${placeId}` });
    this.#showSelected();
  }

  /**
   * Goes near a place, unless it can be seen as it is.
   * @param {{lat: number, lon: number}} place
   * @param {number} zoom
   */
  #goTo({ lat, lon }, zoom) {
    const at = [lat, nearestLon(lon, this.map.getCenter().lng)];
    if (zoom > this.map.getZoom() || !this.map.getBounds().pad(-0.1).contains(at)) this.map.setView(at, zoom);
  }

  /** Opens what the state has selected, wherever it is. */
  async #showSelected() {
    const { selected } = this.state;
    if (!selected) {
      if (this.popup.isOpen) this.popup.close();
      return;
    }
    if (this.opened === this.state.shape.selected && this.popup.isOpen) return;
    if (selected.kind === "story") return this.list.highlight((story) => story.id === selected.id, { reveal: true });
    const group = this.markers.groups.get(selected.id) ?? (await this.#askGroup(selected.id));
    if (this.state.selected?.id !== selected.id) return; // chosen anew meanwhile
    if (!group) return notify("selected", t("notice.noPlace"));
    this.#openGroup(group, this.markers.elementOf(group.id) ?? this.areas.elementOf(group.id));
  }

  /**
   * A place whose features are not here, as where clusters stand for them.
   * @param {string} placeId
   * @returns {Promise<Group | null>}
   */
  async #askGroup(placeId) {
    try {
      const { features } = await api.features(this.state.query({ place: placeId, limit: "200" }));
      return groupByPlace(features).get(placeId) ?? null;
    } catch (error) {
      if (error instanceof api.ApiError) return null;
      throw error;
    }
  }

  /**
   * @param {Group} group
   * @param {HTMLElement | null} opener
   */
  #openGroup(group, opener) {
    const at = { lat: group.lat, lng: nearestLon(group.lon, this.map.getCenter().lng) };
    this.opened = `place:${group.id}`;
    this.popup.open(at, placeContent(group), opener);
    this.state.set({ selected: this.opened });
    notify("selected", "");
    this.list.highlight((story) => story.locations.some(({ place }) => place.id === group.id), { reveal: true });
  }

  /**
   * @param {Group[]} groups
   * @param {HTMLElement} opener
   */
  #openMany(groups, opener) {
    const at = { lat: groups[0].lat, lng: nearestLon(groups[0].lon, this.map.getCenter().lng) };
    this.popup.open(at, placesContent(groups, (group) => this.#openGroup(group, opener)), opener);
  }

  /** Goes from a story in the list to its first place on the map. @param {import("./api.js").Story} story */
  #enter(story) {
    for (const { place } of story.locations) {
      const element = this.markers.elementOf(place.id) ?? this.areas.elementOf(place.id);
      if (element) return element.focus();
    }
  }

  /** @param {boolean} up */
  #connected(up) {
    notify("connection", up ? "" : t("notice.gone"));
    if (up && this.failed) this.reload();
  }

  #sayIgnored() {
    const { ignored } = this.state;
    if (ignored.length > 0) notify("ignored", t("notice.ignored", { count: ignored.length, names: ignored.map((name) => name.slice(0, 40)).join(", ") }));
  }

  /** What was there stays; only what is wrong is said. @param {unknown} error */
  #fail(error) {
    if (api.isAbort(error)) return;
    this.failed = true;
    if (!(error instanceof api.ApiError)) {
      console.error(error);
      return this.say(t("error.page"), t("retry"), () => this.reload(), "error");
    }
    if (error.status === 400 && this.state.filters[error.parameter]) {
      notify("ignored", t("notice.refused", { reason: error.message }));
      return this.state.filter({ [error.parameter]: "" });
    }
    if (error.status === 0 && this.list.size > 0) return; // the notice says it, and the list still stands
    this.say(error.message, t("retry"), () => this.reload(), "error");
  }

  /**
   * @param {string} text
   * @param {string} [action]
   * @param {() => void} [act]
   * @param {string} [className]
   */
  say(text, action = "", act = () => {}, className = "") {
    this.status.className = `status ${className}`;
    this.status.hidden = text === "";
    this.status.replaceChildren(el("p", {}, text));
    if (action) this.status.append(el("button", { type: "button", class: "button", onclick: () => act() }, action));
  }
}

/**
 * Which stories a marker stands for.
 * @param {import("./markers.js").Item} item
 * @returns {(story: import("./api.js").Story) => boolean}
 */
function matcherOf({ groups, cell }) {
  if (cell) return (story) => story.locations.some(({ place }) => within(place, cell.bbox));
  const ids = new Set(groups.map(({ id }) => id));
  return (story) => story.locations.some(({ place }) => ids.has(place.id));
}

/**
 * @param {{lat: number, lon: number}} place
 * @param {[number, number, number, number]} bbox
 */
function within({ lat, lon }, [west, south, east, north]) {
  return lat >= south && lat <= north && (west <= east ? lon >= west && lon <= east : lon >= west || lon <= east);
}

new Page();
