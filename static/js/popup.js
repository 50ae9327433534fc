// @ts-check
// What a marker says when it is opened: its place and the stories that name it.

import * as api from "./api.js";
import { count, el, emphasise, outwardLink, placeAddress, storyAddress, timeElement } from "./dom.js";

/** @typedef {import("./markers.js").PlaceGroup} PlaceGroup */
/** @typedef {import("./api.js").Feature} Feature */

/** Stories shown at first, and with each press of "more". */
const step = 10;

const roleWords = /** @type {Record<string, string>} */ ({ focus: "Focus", dateline: "Dateline", mention: "Mention" });

const precisionWords = /** @type {Record<string, string>} */ ({
  admin2: "district or county",
  admin1: "state or province",
  country: "country",
  region: "region",
  water: "water",
});

/**
 * @param {PlaceGroup} group
 * @returns {HTMLElement}
 */
export function placePopup(group) {
  const first = group.features[0];
  const around = [first.admin1, first.country ? countryName(first.country) : ""].filter((part) => part && part !== group.name).join(", ");
  const what = precisionWords[group.precision];
  const list = el("ol", { class: "popup-stories" });
  const root = el(
    "section",
    { class: "popup", "aria-label": group.name },
    el(
      "header",
      {},
      el("h2", {}, el("a", { href: placeAddress(group.id) }, group.name)),
      el("p", { class: "meta" }, [around, what, count(group.features.length, "story", "stories")].filter(Boolean).join(" · ")),
    ),
    list,
  );
  let shown = 0;
  const more = el("button", { type: "button", class: "button quiet", onclick: () => grow() }, "More stories");
  const grow = () => {
    list.append(...group.features.slice(shown, shown + step).map(storyEntry));
    shown += step;
    if (shown < group.features.length) root.append(more);
    else more.remove();
  };
  grow();
  return root;
}

/** @param {Feature} feature */
function storyEntry(feature) {
  const evidence = el("blockquote", {});
  fillEvidence(evidence, feature);
  return el(
    "li",
    {},
    el("h3", {}, el("a", { href: `${storyAddress(feature.story_id)}#place-${feature.place_id}`, class: "story-link" }, feature.title || "Untitled story")),
    meta(feature),
    feature.evidence ? evidence : null,
    outwardLink(feature.url, "Read the original", "outward"),
  );
}

/** @param {Feature} feature */
function meta(feature) {
  const time = timeElement(feature.published);
  return el(
    "p",
    { class: "meta" },
    feature.outlet ? el("span", {}, feature.outlet) : null,
    time ? el("span", {}, time) : null,
    el("span", { class: `role ${feature.role}` }, roleWords[feature.role] ?? feature.role),
  );
}

/**
 * Writes the sentence with the place's name emphasised. The text may name the
 * place otherwise than the gazetteer does; then the story itself is asked.
 * @param {HTMLElement} quote
 * @param {Feature} feature
 */
function fillEvidence(quote, feature) {
  const text = feature.evidence ?? "";
  const { fragment, found } = emphasise(text, [feature.place]);
  quote.replaceChildren(fragment);
  if (found || !text) return;
  api.story(feature.story_id).then(
    (story) => {
      const here = story.locations.find((/** @type {any} */ l) => l.place.id === feature.place_id);
      if (here) quote.replaceChildren(emphasise(text, here.toponyms.map((/** @type {any} */ t) => t.text)).fragment);
    },
    () => {}, // The sentence stands there already, only without emphasis.
  );
}

const regionNames = new Intl.DisplayNames(["en"], { type: "region", fallback: "code" });

/** @param {string} code ISO 3166-1 alpha-2 */
export function countryName(code) {
  try {
    return regionNames.of(code) ?? code;
  } catch {
    return code;
  }
}
