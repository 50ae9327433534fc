// @ts-check
// The list next to the map: the stories in view, newest first, page by page. It
// has everything that the map shows, for readers who cannot see the map.

import * as api from "../lib/api.js";
import { el, storyAddress } from "../lib/dom.js";
import { isArchive, lateBadge, timeElement } from "../lib/format.js";
import { glyph } from "../lib/glyph.js";
import { rank } from "../map/group.js";
import { t } from "../lib/i18n.js";
import { whyHere } from "./why.js";

/** @typedef {import("../lib/api.js").Story} Story */
/** @typedef {import("../lib/api.js").Location} Location */

/** Stories on one page. */
const step = 20;

/** Places named under a story at first. */
const mostPlaces = 4;

export class StoryList {
  /**
   * @param {HTMLElement} root an ol
   * @param {object} options
   * @param {(story: Story | null) => void} options.hover
   * @param {(location: Location, story: Story) => void} options.open a place was chosen
   * @param {(story: Story) => void} options.enter the map is wanted
   * @param {(counts: api.Counts) => void} options.count
   * @param {(error: unknown) => void} options.fail
   */
  constructor(root, { hover, open, enter, count, fail }) {
    this.root = root;
    this.hover = hover;
    this.open = open;
    this.enter = enter;
    this.count = count;
    this.fail = fail;
    /** @type {Map<string, {story: Story, item: HTMLElement}>} */
    this.shown = new Map();
    this.query = new URLSearchParams();
    this.running = new AbortController();
    /** @type {((story: Story) => boolean) | null} */
    this.lit = null;
    /** @type {((story: Story) => boolean) | null} */
    this.chosen = null;
    root.addEventListener("keydown", (event) => this.#walk(event));
  }

  /**
   * Shows the stories of a query in place of the former ones, which stay until
   * the answer is there.
   * @param {URLSearchParams} query
   */
  async load(query) {
    this.running.abort();
    const mine = (this.running = new AbortController());
    this.query = query;
    this.root.setAttribute("aria-busy", "true");
    try {
      const page = await api.stories(this.#paged(""), mine.signal);
      this.#replace(page.stories);
      this.#offer(page.next, page.counts?.stories ?? page.stories.length);
      this.count(page.counts ?? { stories: page.stories.length, features: 0, unlocated: 0 });
    } catch (error) {
      if (!mine.signal.aborted) this.fail(error);
    } finally {
      if (this.running === mine) this.root.removeAttribute("aria-busy");
    }
  }

  /** @param {string} cursor */
  #paged(cursor) {
    const query = new URLSearchParams(this.query);
    query.set("limit", String(step));
    if (cursor) query.set("cursor", cursor);
    return query;
  }

  /** @param {Story[]} stories */
  #replace(stories) {
    const focused = document.activeElement?.closest("[data-story]");
    const focusedId = focused && this.root.contains(focused) ? /** @type {HTMLElement} */ (focused).dataset.story : "";
    const same =
      stories.length === this.shown.size &&
      stories.every(({ id }) => this.shown.has(id)) &&
      JSON.stringify(stories) === JSON.stringify([...this.shown.values()].map(({ story }) => story));
    if (same) return;
    this.shown.clear();
    this.root.replaceChildren();
    this.root.parentElement?.scrollTo(0, 0);
    this.#append(stories);
    if (focusedId) this.shown.get(focusedId)?.item.querySelector("a")?.focus({ preventScroll: true });
  }

  /** @param {Story[]} stories */
  #append(stories) {
    const news = !isArchive(stories);
    for (const story of stories) {
      if (this.shown.has(story.id)) continue;
      const item = this.#item(story, news);
      this.shown.set(story.id, { story, item });
      this.root.append(item);
      this.#dress(story, item);
    }
  }

  /**
   * @param {Story} story
   * @param {HTMLElement} item
   */
  #dress(story, item) {
    item.classList.toggle("lit", this.lit?.(story) ?? false);
    item.classList.toggle("chosen", this.chosen?.(story) ?? false);
  }

  /**
   * @param {string | null} cursor of the next page
   * @param {number} all
   */
  #offer(cursor, all) {
    this.root.querySelector(".more")?.remove();
    if (!cursor) return;
    const button = el("button", { type: "button", class: "button quiet" }, t("list.more", { shown: this.shown.size, all }));
    button.addEventListener("click", async () => {
      button.setAttribute("aria-disabled", "true");
      try {
        const page = await api.stories(this.#paged(cursor), this.running.signal);
        const at = this.shown.size;
        this.#append(page.stories);
        this.#offer(page.next, all);
        this.root.children[at]?.querySelector("a")?.focus();
      } catch (error) {
        button.removeAttribute("aria-disabled");
        if (!api.isAbort(error)) button.textContent = error instanceof api.ApiError ? `${error.message} ${t("retry")}` : t("error.page");
      }
    });
    this.root.append(el("li", { class: "more" }, button));
  }

  /**
   * @param {Story} story
   * @param {boolean} news whether a late one is worth a badge
   */
  #item(story, news) {
    const time = timeElement(story.published);
    const others = new Set((story.copies ?? []).map(({ outlet }) => outlet)).size;
    const item = el(
      "li",
      { class: "story", "data-story": story.id },
      el(
        "h2",
        { dir: "auto", title: story.title.length > 160 ? story.title : null },
        el("a", { href: storyAddress(story.id), lang: story.lang }, story.title || t("story.untitled")),
      ),
      el(
        "p",
        { class: "meta" },
        story.outlet ? el("span", {}, el("bdi", {}, story.outlet)) : null,
        others > 0 ? el("span", {}, t("story.others", { count: others })) : null,
        time ? el("span", {}, time) : el("span", {}, t("story.undated")),
        news ? lateBadge(story.published, story.fetched) : null,
      ),
      this.#places(story),
    );
    item.addEventListener("mouseenter", () => this.hover(story));
    item.addEventListener("mouseleave", () => this.hover(null));
    item.addEventListener("focusin", () => this.hover(story));
    item.addEventListener("focusout", () => this.hover(null));
    return item;
  }

  /** @param {Story} story */
  #places(story) {
    const places = [...story.locations].sort((a, b) => (rank[b.role] ?? 0) - (rank[a.role] ?? 0));
    const root = el("div", { class: "places" });
    const draw = (/** @type {number} */ most) => {
      const left = places.length - most;
      root.replaceChildren(...places.slice(0, most).map((location) => this.#place(story, location)));
      if (left > 0)
        root.append(
          el("button", { type: "button", class: "place others", onclick: () => draw(places.length) }, t("list.places", { count: left })),
        );
      if (places.length > 0) root.append(this.#why(story, places));
    };
    draw(mostPlaces);
    return root;
  }

  /**
   * @param {Story} story
   * @param {Location} location
   */
  #place(story, location) {
    const { name } = location.place;
    const title = t("list.place", { place: name, role: t(`role.${location.role}`) });
    return el(
      "button",
      { type: "button", class: "place", title, "data-place": location.place.id, onclick: () => this.open(location, story) },
      glyph(location),
      el("span", { dir: "auto" }, name),
      el("span", { class: "visually-hidden" }, `, ${t(`role.${location.role}`)}`),
    );
  }

  /**
   * The reasons for each place, once loaded.
   * @param {Story} story
   * @param {Location[]} places
   */
  #why(story, places) {
    const panel = el("div", { class: "why-panel", hidden: true });
    const button = el("button", { type: "button", class: "place why-button", "aria-expanded": "false" }, t("why.title"));
    button.addEventListener("click", () => {
      panel.hidden = !panel.hidden;
      button.setAttribute("aria-expanded", String(!panel.hidden));
      if (panel.childElementCount > 0) return;
      for (const location of places) {
        const why = whyHere(story.id, location.place.id);
        why.querySelector("summary")?.replaceChildren(glyph(location), location.place.name);
        if (location === places[0]) why.open = true;
        panel.append(why);
      }
    });
    const group = document.createDocumentFragment();
    group.append(button, panel);
    return group;
  }

  /**
   * Arrow keys go through the stories; the one towards the map goes there.
   * @param {KeyboardEvent} event
   */
  #walk(event) {
    const item = event.target instanceof Element ? event.target.closest(".story") : null;
    if (!item || event.ctrlKey || event.altKey || event.metaKey) return;
    const towards = getComputedStyle(this.root).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const next = event.key === "ArrowDown" ? item.nextElementSibling : event.key === "ArrowUp" ? item.previousElementSibling : null;
    if (next) {
      event.preventDefault();
      /** @type {HTMLElement | null} */ (next.querySelector("h2 a, button"))?.focus();
    } else if (event.key === towards) {
      const entry = this.shown.get(/** @type {HTMLElement} */ (item).dataset.story ?? "");
      if (!entry) return;
      event.preventDefault();
      this.enter(entry.story);
    }
  }

  /** Lights up stories while something is pointed at. @param {((story: Story) => boolean) | null} matches null puts all out */
  highlight(matches) {
    this.lit = matches;
    for (const { story, item } of this.shown.values()) this.#dress(story, item);
  }

  /** Marks stories for as long as something is open; the first comes into sight. @param {((story: Story) => boolean) | null} matches */
  choose(matches) {
    this.chosen = matches;
    for (const { story, item } of this.shown.values()) this.#dress(story, item);
    this.root.querySelector(".chosen")?.scrollIntoView({ block: "nearest" });
  }

  /** Empties the list. */
  clear() {
    this.running.abort();
    this.shown.clear();
    this.root.replaceChildren();
  }

  /** @param {string} id */
  focus(id) {
    this.shown.get(id)?.item.querySelector("a")?.focus();
  }

  get size() {
    return this.shown.size;
  }

  /** Takes out stories that are gone. @param {string[]} ids */
  remove(ids) {
    for (const id of ids) {
      this.shown.get(id)?.item.remove();
      this.shown.delete(id);
    }
  }
}
