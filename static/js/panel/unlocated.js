// @ts-check
// The list of stories that the map cannot show, because no place was found in them.

import * as api from "../lib/api.js";
import { el, outwardLink, storyAddress } from "../lib/dom.js";
import { lateBadge, timeElement } from "../lib/format.js";
import { t } from "../lib/i18n.js";

const step = 40;

/** Filters that need a location, which these stories do not have. */
const ofPlaces = ["country", "place", "role", "min_confidence"];

/**
 * @param {HTMLElement} body
 * @param {import("../lib/state.js").State} state
 */
export function fillUnlocated(body, state) {
  const running = new AbortController();
  const list = el("ol", { class: "stories" });
  const note = el("p", { class: "quiet-text", role: "status" }, t("loading"));
  body.append(note, list);
  const query = state.query({ located: "false", limit: String(step) });
  for (const name of ofPlaces) query.delete(name);
  load(query, list, note, running.signal);
  return () => running.abort();
}

/**
 * @param {URLSearchParams} query
 * @param {HTMLElement} list
 * @param {HTMLElement} note
 * @param {AbortSignal} signal
 */
async function load(query, list, note, signal) {
  try {
    const page = await api.stories(query, signal);
    if (page.counts)
      note.textContent = page.counts.stories > 0 ? t("unlocated.words", { count: page.counts.stories }) : t("unlocated.none");
    const at = list.childElementCount;
    list.append(...page.stories.map(item));
    if (at > 0) /** @type {HTMLElement | null} */ (list.children[at]?.querySelector("a"))?.focus();
    if (!page.next) return;
    const next = new URLSearchParams(query);
    next.set("cursor", page.next);
    const more = el("li", { class: "more" }, el("button", { type: "button", class: "button quiet" }, t("more.stories")));
    more.querySelector("button")?.addEventListener("click", () => {
      more.remove();
      load(next, list, note, signal);
    });
    list.append(more);
  } catch (error) {
    if (signal.aborted) return;
    note.textContent = error instanceof api.ApiError ? error.message : t("error.page");
  }
}

/** @param {api.Story} story */
function item(story) {
  const time = timeElement(story.published);
  return el(
    "li",
    { class: "story" },
    el("h3", { dir: "auto" }, el("a", { href: storyAddress(story.id), lang: story.lang }, story.title || t("story.untitled"))),
    el(
      "p",
      { class: "meta" },
      story.outlet ? el("span", {}, el("bdi", {}, story.outlet)) : null,
      time ? el("span", {}, time) : null,
      lateBadge(story.published, story.fetched),
    ),
    outwardLink(story.url, t("story.original"), "outward"),
  );
}
