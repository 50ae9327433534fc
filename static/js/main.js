// @ts-check
// The map page: wires filters, map, markers and list together.

import * as api from "./api.js";
import { readFilters, readable, readView, writeFilters, writeView } from "./address.js";
import { addBasemap } from "./basemap.js";
import { count, el, must } from "./dom.js";
import { Filters } from "./filters.js";
import { StoryList, entriesOf } from "./list.js";
import { bboxOf, makeMap, nearestLon } from "./map.js";
import { Markers } from "./markers.js";
import { placePopup } from "./popup.js";
import { addSheet } from "./sheet.js";

/** Features that one request asks for: more make a browser slow. */
const most = 10_000;

/** The map rests this long, in milliseconds, before its view is asked for. */
const pause = 250;

class Page {
  constructor() {
    this.filters = readFilters();
    /** @type {api.Feature[]} */
    this.features = [];
    /** Whether features hold all that match the filters anywhere. */
    this.complete = false;
    /** @type {any} bounds that the features cover if they are not complete */
    this.covered = null;
    /** The bbox that the features were asked for with; empty: the world. */
    this.around = "";
    /** Whether a limit cut the features. */
    this.cut = false;
    /** Whether the last request failed. */
    this.failed = false;
    /** @type {api.Feature[]} */
    this.inView = [];
    this.asked = new AbortController();
    this.timer = 0;

    this.status = must("#status");
    this.summary = must("#summary");
    this.note = must("#unlocated");
    this.download = /** @type {HTMLAnchorElement} */ (must("#download"));

    this.map = makeMap(must("#map"));
    const view = readView();
    this.placed = view !== null;
    this.map.setView(view ? [view.lat, view.lon] : [28, 12], view ? view.zoom : this.worldZoom());
    addBasemap(this.map, { tilesUrl: document.body.dataset.tiles, chooser: must("#basemap"), notify });

    this.markers = new Markers(this.map, { popup: placePopup, hover: (ids) => this.list.highlight(new Set(ids)) });
    this.list = new StoryList(must("#stories"), {
      hover: (id) => this.markers.highlight(new Set(id ? [id] : [])),
      choose: (id) => this.choose(id),
    });
    this.form = new Filters(/** @type {HTMLFormElement} */ (must("#filters")), this.filters, (filters) => this.filter(filters));
    this.sheet = addSheet(must("#panel"), must("#handle"), () => this.map.invalidateSize());

    this.map.on("moveend", () => this.moved());
    this.map.on("popupopen", (/** @type {any} */ event) => this.opened(event.popup));
    this.map.on("popupclose", () => this.list.highlight(new Set()));
    this.load();
  }

  /** The zoom at which the world, 256 pixels at zoom 0, fills the map both ways. */
  worldZoom() {
    const { x, y } = this.map.getSize();
    const across = Math.floor(2 * Math.log2(x / 256)) / 2;
    const down = Math.ceil(2 * Math.log2(y / 256)) / 2;
    return Math.max(1, Math.min(3, Math.max(across, down)));
  }

  /** @param {URLSearchParams} filters */
  filter(filters) {
    if (String(filters) === String(this.filters)) return;
    this.filters = filters;
    writeFilters(filters);
    this.load();
  }

  /** Asks for everything under the filters, and how much that is. */
  async load() {
    this.complete = false;
    this.covered = null;
    await this.ask(async (signal) => {
      const [{ features, cut }, counts] = await Promise.all([this.fetch("", signal), api.counts(this.filters, signal)]);
      this.complete = !cut;
      this.cut = cut;
      this.around = "";
      this.take(features);
      this.writeUnlocated(counts);
      this.form.namePlaces(features);
      this.form.suggestOutlets(new Set(features.map((f) => f.outlet ?? "").filter(Boolean)));
      this.fitOnce();
      if (!this.complete) await this.fill(signal);
    });
  }

  /**
   * Asks for the features around the view where not all could be had at once.
   * @param {AbortSignal} signal
   */
  async fill(signal) {
    const bounds = this.map.getBounds().pad(0.25);
    const bbox = bounds.getEast() - bounds.getWest() >= 360 ? "" : bboxOf(bounds);
    if (bbox === this.around) return; // once more the world
    const { features, cut } = await this.fetch(bbox, signal);
    this.around = bbox;
    this.covered = cut ? null : bounds;
    this.cut = cut;
    this.take(features);
  }

  /**
   * @param {string} bbox empty for the world
   * @param {AbortSignal} signal
   */
  fetch(bbox, signal) {
    const asked = new URLSearchParams(this.filters);
    if (bbox) asked.set("bbox", bbox);
    asked.set("limit", String(most));
    return api.features(asked, signal);
  }

  /**
   * Runs one request at a time: a newer one ends the one before it.
   * @param {(signal: AbortSignal) => Promise<void>} job
   */
  async ask(job) {
    this.asked.abort();
    const mine = (this.asked = new AbortController());
    document.body.classList.add("loading");
    if (this.features.length === 0) this.say("Loading stories…");
    try {
      await job(mine.signal);
    } catch (error) {
      if (mine.signal.aborted) return;
      this.fail(error);
    } finally {
      if (this.asked === mine) document.body.classList.remove("loading");
    }
  }

  /** @param {api.Feature[]} features */
  take(features) {
    this.features = features;
    this.failed = false;
    this.markers.show(features);
    this.draw();
  }

  /** A first visit with few stories starts where they are. */
  fitOnce() {
    if (this.placed || this.features.length === 0) return;
    this.placed = true;
    if (this.filters.size === 0) return;
    this.map.fitBounds(this.features.map((f) => [f.lat, f.lon]), { maxZoom: 6, padding: [48, 48], animate: false });
  }

  moved() {
    const { lat, lng } = this.map.getCenter();
    writeView(this.map.getZoom(), lat, Math.max(-180, Math.min(180, lng)));
    clearTimeout(this.timer);
    this.draw();
    if (this.complete || this.covered?.contains(this.map.getBounds())) return;
    this.timer = window.setTimeout(() => this.ask((signal) => this.fill(signal)), pause);
  }

  /** Writes list, summary and download for what is in view. */
  draw() {
    const bounds = this.map.getBounds();
    const centre = this.map.getCenter().lng;
    this.inView = this.features.filter((f) => bounds.contains([f.lat, nearestLon(f.lon, centre)]));
    const entries = entriesOf(this.inView);
    this.list.show(entries);
    const places = new Set(this.inView.map((f) => f.place_id)).size;
    this.summary.textContent = `${count(entries.length, "story", "stories")}, ${count(places, "place", "places")} in view`;
    this.writeDownload();
    if (!this.failed) this.writeState(entries.length);
  }

  writeDownload() {
    const asked = new URLSearchParams(this.filters);
    const bbox = bboxOf(this.map.getBounds());
    if (bbox) asked.set("bbox", bbox);
    asked.set("download", "1");
    this.download.href = `/api/features.geojson?${readable(asked)}`;
    this.download.setAttribute("aria-disabled", String(this.inView.length === 0));
  }

  /** @param {number} stories in view */
  writeState(stories) {
    if (stories > 0) {
      this.say(this.cut ? `Only the newest ${count(most, "place mention", "place mentions")} are shown. Zoom in or narrow the filters to see all.` : "");
      return;
    }
    if (this.features.length > 0) {
      this.say("No story in this part of the map.", "Show all", () => this.showAll());
    } else if (this.filters.size > 0) {
      this.say("No story matches these filters.", "Clear the filters", () => this.form.clear());
    } else {
      this.say("There are no stories yet. Add some with “newsmap ingest”, or start the server with --demo.");
    }
  }

  showAll() {
    this.map.fitBounds(this.features.map((f) => [f.lat, f.lon]), { maxZoom: 6, padding: [48, 48] });
  }

  /** @param {unknown} error */
  fail(error) {
    this.failed = true;
    this.features = [];
    this.markers.show([]);
    this.list.show([]);
    this.summary.textContent = "";
    if (!(error instanceof api.ApiError)) console.error(error);
    const message = error instanceof api.ApiError ? error.message : "Something went wrong on this page.";
    if (error instanceof api.ApiError && error.status === 400 && this.filters.size > 0) {
      this.say(message, "Clear the filters", () => this.form.clear(), "error");
    } else {
      this.say(message, "Try again", () => this.load(), "error");
    }
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

  /** @param {{unlocated: number}} counts */
  writeUnlocated({ unlocated }) {
    this.note.hidden = unlocated === 0;
    this.note.textContent = `${count(unlocated, "story names", "stories name")} no place that could be found, so the map cannot show ${unlocated === 1 ? "it" : "them"}.`;
  }

  /** @param {string} placeId */
  choose(placeId) {
    this.sheet.close();
    this.markers.open(placeId);
  }

  /** @param {any} popup */
  opened(popup) {
    const group = popup._source?.options.group;
    if (group) this.list.highlight(new Set(group.features.map((/** @type {api.Feature} */ f) => f.story_id)), { reveal: true });
    const element = popup.getElement();
    if (!element) return;
    if (document.activeElement?.matches(".leaflet-marker-icon:focus-visible")) element.querySelector("a")?.focus();
    // Leaflet hears Escape only while the map itself has the focus.
    element.onkeydown = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Escape") return;
      this.map.closePopup(popup);
      group?.marker.getElement()?.focus();
    };
  }
}

/** @param {string} message */
function notify(message) {
  const notice = must("#notice");
  notice.textContent = message;
  notice.hidden = message === "";
}

new Page();
