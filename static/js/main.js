// @ts-check
// The map page: connects state, map, list and the controls. Each of these uses the
// state or its own callbacks, and none uses another.

import { addAdding, addDrawer } from "./add/dialog.js";
import * as api from "./lib/api.js";
import * as connection from "./lib/connection.js";
import { el, must } from "./lib/dom.js";
import { Drawer } from "./panel/drawer.js";
import { Filters } from "./panel/filters.js";
import { t } from "./lib/i18n.js";
import { addKey } from "./map/key.js";
import { addLanguages, offered } from "./page/languages.js";
import { addLayerSwitch } from "./map/layers.js";
import { StoryList } from "./panel/list.js";
import { News } from "./panel/news.js";
import { notify } from "./lib/notice.js";
import { printPage } from "./page/print.js";
import { Search } from "./panel/search.js";
import { addShare } from "./panel/share.js";
import { addSheet } from "./panel/sheet.js";
import { Stage } from "./map/stage.js";
import { State, writeAddress } from "./lib/state.js";
import { addThemeSwitch, theme } from "./page/theme.js";
import { TimeLine } from "./time/view.js";
import { fillUnlocated } from "./panel/unlocated.js";

/** How long the map must not move, in milliseconds, before the list follows. */
const pause = 150;

class Page {
  constructor() {
    const state = (this.state = new State());
    this.failed = false;
    /** @type {number | null} stories in view, once they are counted */
    this.inView = null;
    this.timer = 0;
    this.status = must("#status");

    this.time = new TimeLine(must("#time"), state); // before the map, which would otherwise be resized
    this.stage = new Stage(state, {
      hover: (matches) => this.list.highlight(matches),
      opened: (matches) => this.list.choose(matches),
      drawn: () => this.#drawn(),
      count: (counts) => this.#countAll(counts),
      fail: (error) => this.#fail(error),
    });
    this.list = new StoryList(must("#stories"), {
      hover: (story) => this.stage.light(story),
      open: (location) => this.#choose(location),
      enter: (story) => this.#enter(story),
      count: (counts) => this.#count(counts),
      fail: (error) => this.#fail(error),
    });
    this.form = new Filters(/** @type {HTMLFormElement} */ (must("#filters")), state);
    this.search = new Search(must("#search"), state, {
      go: (place) => this.stage.goTo(place, 6),
      name: (id, name) => this.form.placeNames.set(id, name),
    });
    this.sheet = addSheet(must("#panel"), must("#handle"), () => this.stage.map.invalidateSize());
    this.drawer = new Drawer(state, {
      unlocated: { title: t("unlocated.title"), fill: (body) => fillUnlocated(body, state) },
      add: addDrawer(),
    });
    must("#unlocated").addEventListener("click", () => state.set({ drawer: "unlocated" }));
    addLayerSwitch(must("#layers"), state);
    addKey(must("#key"));
    addShare(must("#tools"), state, () => this.stage.query());
    addLanguages(must("#tools"), offered());
    printPage(must(".ground"), must(".scroll .credits"));
    addAdding(must("#tools"), state, this.stage.map);
    addThemeSwitch(must("#tools"), (choice) => state.theme !== "auto" && state.set({ theme: choice }));
    this.news = new News(must("#fresh"), state, { reload: () => this.reload(), gone: (ids) => this.#gone(ids) });
    this.#listen();
    this.#sayIgnored();
    this.stage.load();
    this.#loadList();
  }

  #listen() {
    const { state } = this;
    state.on(["filters", "period"], () => this.#filter());
    state.on(["by"], () => state.period && this.#filter());
    state.on(
      ["theme"],
      (from) =>
        from === "history" && theme() !== state.theme && document.dispatchEvent(new CustomEvent("themechoice", { detail: state.theme })),
    );
    this.stage.map.on("moveend", () => this.#moved());
    connection.watch((up) => this.#connected(up));
    for (const skip of document.querySelectorAll(".skip")) {
      skip.addEventListener("click", (event) => {
        event.preventDefault(); // the hash is the map's position
        must(skip.getAttribute("href") ?? "").focus();
      });
    }
  }

  /** The filters have changed. */
  #filter() {
    this.inView = null;
    this.stage.load();
    this.#loadList();
  }

  /** Loads everything again, because the stories have changed. */
  reload() {
    api.forget();
    this.#filter();
    this.time.reload();
  }

  #moved() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.#loadList(), pause);
  }

  #loadList() {
    clearTimeout(this.timer);
    return this.list.load(this.stage.query());
  }

  #drawn() {
    this.failed = false;
    this.form.namePlaces(this.stage.markers.groups.values());
    this.#writeState();
  }

  /** @param {api.Counts} counts of what is in view */
  #count({ stories }) {
    this.failed = false;
    this.inView = stories;
    must("#summary").textContent = t("count.inView", { count: stories });
    this.#writeState();
  }

  /** The text of the list when it has no stories. */
  #writeState() {
    if (this.inView === null) return;
    if (this.inView > 0) this.say("");
    else if (!this.stage.isEmpty) this.say(t("empty.here"), t("empty.showAll"), () => this.stage.showAll(true));
    else if (this.state.filtered) this.say(t("empty.filters"), t("filters.clear"), () => this.state.clearFilters());
    else this.say(t("empty.store"));
  }

  /** @param {api.Counts} counts of all under the filters */
  #countAll({ unlocated }) {
    const button = must("#unlocated");
    button.hidden = unlocated === 0;
    button.textContent = t("count.unlocated", { count: unlocated });
  }

  /** @param {api.Location} location */
  #choose({ place, precision }) {
    this.sheet.close();
    this.stage.choose({ ...place, precision });
  }

  /** Goes from a story in the list to its first place on the map. @param {api.Story} story */
  #enter(story) {
    for (const { place } of story.locations) {
      const element = this.stage.elementOf(place.id);
      if (element) return element.focus();
    }
  }

  /** Stories were removed while the page shows them. @param {string[]} ids */
  #gone(ids) {
    api.forget(ids);
    this.list.remove(ids);
    if (this.stage.shows(ids)) notify("gone", t("story.gone"));
    this.stage.load();
    this.#loadList();
  }

  /** @param {boolean} up */
  #connected(up) {
    notify("connection", up ? "" : t("notice.gone"));
    if (up && this.failed) this.reload();
  }

  /** Reports the invalid parts of the address, and removes them from it. */
  #sayIgnored() {
    const { ignored } = this.state;
    if (ignored.length === 0) return;
    history.replaceState(null, "", writeAddress(this.state.shape));
    notify("ignored", t("notice.ignored", { count: ignored.length, names: ignored.map((name) => name.slice(0, 40)).join(", ") }));
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
    if (error.status === 0 && this.list.size > 0) return; // the notice reports it, and the list stays
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

new Page();
