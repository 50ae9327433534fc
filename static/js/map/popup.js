// @ts-check
// The popups of the map: a place with its stories, several places at one point, or the
// stories of a cluster.

import * as api from "../lib/api.js";
import { downloadLinks } from "../panel/download.js";
import { el, emphasise, outwardLink, placeAddress, storyAddress } from "../lib/dom.js";
import { countryName, timeElement } from "../lib/format.js";
import { glyph } from "../lib/glyph.js";
import { sizeOf } from "./group.js";
import { t } from "../lib/i18n.js";
import { whyHere } from "../panel/why.js";

const L = /** @type {any} */ (window).L;

/** @typedef {import("./group.js").Group} Group */
/** @typedef {import("../lib/api.js").Feature} Feature */

/** Number of stories shown at first, and added by "more". */
const step = 10;

/** Maximum duration of a zoom animation in milliseconds. */
const zoomTime = 600;

/**
 * The one popup of a map. It does not hang on a marker: redrawing leaves it be.
 */
export class Popup {
  /**
   * @param {any} map
   * @param {() => void} closed
   */
  constructor(map, closed) {
    this.map = map;
    /** @type {any} */
    this.popup = null;
    /** @type {HTMLElement | null} what had the focus before */
    this.opener = null;
    /** Whether one popup is being replaced by another. */
    this.changing = false;
    map.on("popupclose", (/** @type {any} */ event) => {
      if (event.popup !== this.popup || this.changing) return;
      this.popup = null;
      closed();
    });
  }

  /**
   * @param {{lat: number, lng: number}} at
   * @param {HTMLElement} content
   * @param {HTMLElement | null} [opener] gets the focus back
   * @param {{pan?: boolean}} [options]
   */
  open(at, content, opener = null, { pan = true } = {}) {
    const byKey = opener !== null && opener === document.activeElement && opener.matches(":focus-visible");
    this.changing = true;
    this.map.closePopup();
    this.changing = false;
    this.opener = opener;
    this.popup = L.popup({ ...this.#size(), autoPan: pan, className: "newsmap-popup" })
      .setLatLng(at)
      .setContent(content);
    this.popup.openOn(this.map);
    const element = this.popup.getElement();
    // Opening a section makes the popup higher: it must scroll instead of leaving the map.
    content.addEventListener("toggle", () => this.#resize(), true);
    new ResizeObserver(() => this.#resize()).observe(content);
    this.#resizeAfterZoom();
    element.setAttribute("role", "dialog");
    element.setAttribute("aria-label", content.getAttribute("aria-label") ?? "");
    const close = element.querySelector(".leaflet-popup-close-button");
    close?.setAttribute("aria-label", t("close"));
    close?.setAttribute("title", t("close"));
    element.onkeydown = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
    };
    element.tabIndex = -1;
    if (byKey) element.focus({ preventScroll: true });
  }

  /** A running zoom animation would undo the move away from the buttons, so it is repeated. */
  #resizeAfterZoom() {
    const resize = () => this.#resize();
    this.map.once("zoomend", resize);
    window.setTimeout(() => this.map.off("zoomend", resize), zoomTime);
  }

  /** Leaflet's own update replaces the content, and the focus would be lost. */
  #resize() {
    const box = this.popup?.getElement()?.querySelector(".leaflet-popup-content");
    if (!box || !this.popup.isOpen()) return;
    const scrolled = box.scrollTop;
    this.popup._updateLayout();
    this.popup._updatePosition();
    this.popup._adjustPan();
    box.scrollTop = scrolled;
  }

  close() {
    const { opener } = this;
    const within = this.popup?.getElement()?.contains(document.activeElement);
    this.map.closePopup();
    if (within && opener?.isConnected) opener.focus();
  }

  get isOpen() {
    return this.popup !== null;
  }

  /** On a phone a popup must be narrower than the map and clear of the buttons. */
  #size() {
    const { x, y } = this.map.getSize();
    const narrow = x < 480;
    const maxWidth = Math.min(360, x - 72); // 72: the popup's own margins and the padding
    return {
      maxWidth,
      minWidth: Math.min(280, maxWidth),
      maxHeight: Math.max(160, Math.min(narrow ? 300 : 600, y - 190)),
      autoPanPaddingTopLeft: narrow ? [12, 92] : [24, 64],
      autoPanPaddingBottomRight: narrow ? [12, 12] : [64, 24],
    };
  }
}

/**
 * A place and the stories that name it. The map's features come without their
 * sentences, which are asked for here.
 * @param {Group} group
 * @param {URLSearchParams} query for the features of this place
 * @returns {HTMLElement}
 */
export function placeContent(group, query) {
  /** @type {Promise<Map<string, Feature>>} */
  const whole = api.features(query).then(
    ({ features }) => new Map(features.map((feature) => [feature.story_id, feature])),
    () => new Map(), // The stories are already shown, without sentences.
  );
  const around = [group.admin1, group.country ? countryName(group.country) : ""].filter((part) => part && part !== group.name).join(", ");
  const stories = el("ol", { class: "popup-stories" });
  const root = el(
    "section",
    { class: "popup", "aria-label": group.name },
    el(
      "header",
      {},
      el("h2", { dir: "auto" }, el("a", { href: placeAddress(group.id) }, group.name)),
      el("p", { class: "meta" }, ...spans(around, t(`precision.${group.precision}`), t("count.stories", { count: sizeOf(group) }))),
    ),
    stories,
  );
  paged(root, stories, group.features, (feature) => storyEntry(feature, whole));
  return root;
}

/** @param {...string} words */
function spans(...words) {
  return words.filter(Boolean).map((word) => el("span", {}, word));
}

/**
 * Several places at one point.
 * @param {Group[]} groups
 * @param {(group: Group) => void} open
 * @returns {HTMLElement}
 */
export function placesContent(groups, open) {
  const title = t("popup.places", { count: groups.length });
  const rows = groups.map((group) =>
    el(
      "li",
      {},
      el(
        "button",
        { type: "button", class: "row", onclick: () => open(group) },
        glyph(group),
        el("span", { dir: "auto" }, group.name),
        el("span", { class: "figure" }, t("count.stories", { count: sizeOf(group) })),
      ),
    ),
  );
  return el(
    "section",
    { class: "popup", "aria-label": title },
    el("header", {}, el("h2", {}, title)),
    el("ol", { class: "rows" }, ...rows),
  );
}

/**
 * All stories in a part of the map, with files of exactly those.
 * @param {URLSearchParams} query with bbox
 * @returns {HTMLElement}
 */
export function areaContent(query) {
  const title = t("popup.area");
  const stories = el("ol", { class: "popup-stories" });
  const meta = el("p", { class: "meta" }, t("loading"));
  const root = el(
    "section",
    { class: "popup", "aria-label": title },
    el("header", {}, el("h2", {}, title), meta),
    el("p", { class: "links" }, ...downloadLinks(query)),
    stories,
  );
  const asked = new URLSearchParams(query);
  asked.set("limit", "50");
  api.stories(asked).then(
    (page) => {
      meta.textContent = t("count.stories", { count: page.counts?.stories ?? page.stories.length });
      paged(root, stories, page.stories, briefEntry);
    },
    (error) => (meta.textContent = error instanceof api.ApiError ? error.message : t("error.page")),
  );
  return root;
}

/**
 * Writes the first of many entries, and a button for more.
 * @template T
 * @param {HTMLElement} root
 * @param {HTMLElement} list
 * @param {T[]} all
 * @param {(one: T) => HTMLElement} entry
 */
function paged(root, list, all, entry) {
  let shown = 0;
  const more = el("button", { type: "button", class: "button quiet", onclick: () => grow() }, t("more.stories"));
  const grow = () => {
    const first = shown;
    list.append(...all.slice(shown, shown + step).map(entry));
    shown += step;
    if (shown < all.length) root.append(more);
    else more.remove();
    if (first > 0) list.children[first]?.querySelector("a")?.focus();
  };
  grow();
}

/**
 * @param {Feature} feature
 * @param {Promise<Map<string, Feature>>} whole the features with their sentences
 */
function storyEntry(feature, whole) {
  const time = timeElement(feature.published);
  const evidence = el("blockquote", { dir: "auto", hidden: true });
  whole.then((features) => writeEvidence(evidence, features.get(feature.story_id) ?? feature));
  return el(
    "li",
    { "data-story": feature.story_id },
    el(
      "h3",
      { dir: "auto" },
      el(
        "a",
        { href: `${storyAddress(feature.story_id)}#place-${feature.place_id}`, class: "story-link" },
        feature.title || t("story.untitled"),
      ),
    ),
    el(
      "p",
      { class: "meta" },
      feature.outlet ? el("span", {}, el("bdi", {}, feature.outlet)) : null,
      time ? el("span", {}, time) : null,
      el("span", { class: `role ${feature.role}` }, t(`role.${feature.role}`)),
    ),
    evidence,
    whyHere(feature.story_id, feature.place_id, { evidence: false }),
    outwardLink(feature.url, t("story.original"), "outward"),
  );
}

/**
 * Writes the sentence with the place's name emphasised. A text may name a place
 * otherwise than the gazetteer does; then the story tells.
 * @param {HTMLElement} quote
 * @param {Feature} feature
 */
async function writeEvidence(quote, feature) {
  if (!feature.evidence) return;
  const { fragment, found } = emphasise(feature.evidence, [feature.place]);
  quote.replaceChildren(fragment);
  quote.hidden = false;
  if (found) return;
  try {
    const story = await api.story(feature.story_id);
    const here = story.locations.find(({ place }) => place.id === feature.place_id);
    const names = (here?.toponyms ?? []).map(({ text }) => text);
    quote.replaceChildren(emphasise(feature.evidence ?? "", names).fragment);
  } catch {
    // The sentence is already shown, without emphasis.
  }
}

/** @param {import("../lib/api.js").Story} story */
function briefEntry(story) {
  const time = timeElement(story.published);
  return el(
    "li",
    { "data-story": story.id },
    el("h3", { dir: "auto" }, el("a", { href: storyAddress(story.id), class: "story-link" }, story.title || t("story.untitled"))),
    el("p", { class: "meta" }, story.outlet ? el("span", {}, el("bdi", {}, story.outlet)) : null, time ? el("span", {}, time) : null),
  );
}
