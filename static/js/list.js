// @ts-check
// The list beside the map: the stories in view, newest first.

import { el, storyAddress, timeElement } from "./dom.js";
import { glyph } from "./markers.js";

/** @typedef {import("./api.js").Feature} Feature */

/**
 * @typedef {object} Entry a story with those of its places that are in view
 * @property {string} id
 * @property {Feature} story any of its features
 * @property {Feature[]} places focus first
 */

/** Stories shown at first, and with each press of "more". */
const step = 50;

/** Places named under a story. */
const mostPlaces = 4;

const order = /** @type {Record<string, number>} */ ({ focus: 0, dateline: 1, mention: 2 });

/**
 * @param {Feature[]} features newest first
 * @returns {Entry[]} newest first
 */
export function entriesOf(features) {
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  for (const feature of features) {
    const entry = entries.get(feature.story_id);
    if (entry) entry.places.push(feature);
    else entries.set(feature.story_id, { id: feature.story_id, story: feature, places: [feature] });
  }
  for (const entry of entries.values()) entry.places.sort((a, b) => (order[a.role] ?? 3) - (order[b.role] ?? 3));
  return [...entries.values()];
}

export class StoryList {
  /**
   * @param {HTMLElement} root an ol
   * @param {{hover: (storyId: string) => void, choose: (placeId: string) => void}} options
   */
  constructor(root, { hover, choose }) {
    this.root = root;
    this.hover = hover;
    this.choose = choose;
    /** @type {Map<string, HTMLElement>} */
    this.items = new Map();
    /** @type {Entry[]} */
    this.entries = [];
    this.signature = "";
  }

  /** @param {Entry[]} entries */
  show(entries) {
    const signature = entries.map((entry) => `${entry.id}:${entry.places.length}`).join();
    if (signature === this.signature) return;
    this.signature = signature;
    this.entries = entries;
    this.items.clear();
    this.root.replaceChildren();
    this.root.scrollTop = 0;
    this.grow();
  }

  grow() {
    const shown = this.items.size;
    for (const entry of this.entries.slice(shown, shown + step)) {
      const item = this.item(entry);
      this.items.set(entry.id, item);
      this.root.append(item);
    }
    if (this.items.size < this.entries.length) {
      const more = el("li", { class: "more" }, el("button", { type: "button", class: "button quiet" }, `Show more of ${this.entries.length} stories`));
      more.querySelector("button")?.addEventListener("click", () => {
        const at = this.items.size;
        more.remove();
        this.grow();
        /** @type {HTMLElement | null} */ (this.root.children[at]?.querySelector("a"))?.focus();
      });
      this.root.append(more);
    }
  }

  /** @param {Entry} entry */
  item(entry) {
    const { story, places } = entry;
    const time = timeElement(story.published);
    const item = el(
      "li",
      { class: "story", "data-story": entry.id },
      el("h2", {}, el("a", { href: storyAddress(entry.id) }, story.title || "Untitled story")),
      el("p", { class: "meta" }, story.outlet ? el("span", {}, story.outlet) : null, time ? el("span", {}, time) : null),
      el(
        "p",
        { class: "places" },
        ...places.slice(0, mostPlaces).map((place) =>
          el(
            "button",
            { type: "button", class: "place", title: `Show ${place.place} on the map`, onclick: () => this.choose(place.place_id) },
            glyph(place.role, place.precision),
            el("span", {}, place.place),
          ),
        ),
        places.length > mostPlaces ? el("span", { class: "meta" }, `and ${places.length - mostPlaces} more`) : null,
      ),
    );
    item.addEventListener("mouseenter", () => this.hover(entry.id));
    item.addEventListener("mouseleave", () => this.hover(""));
    item.addEventListener("focusin", () => this.hover(entry.id));
    item.addEventListener("focusout", () => this.hover(""));
    return item;
  }

  /**
   * Lights up stories; the first of them comes into sight if asked.
   * @param {Set<string>} storyIds
   * @param {{reveal?: boolean}} [options]
   */
  highlight(storyIds, { reveal = false } = {}) {
    let first = null;
    for (const [id, item] of this.items) {
      const lit = storyIds.has(id);
      item.classList.toggle("lit", lit);
      if (lit && !first) first = item;
    }
    if (reveal && first) first.scrollIntoView({ block: "nearest" });
  }
}
