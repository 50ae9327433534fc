// @ts-check
// Why a place was chosen: the sentence, the matched name, the reasons, and the candidates
// that were not chosen.

import * as api from "../lib/api.js";
import { el, emphasise, placeAddress } from "../lib/dom.js";
import { countryName, percent, score as scoreWords } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { reasonText } from "../lib/reasons.js";

/** @typedef {import("../lib/api.js").Location} Location */
/** @typedef {import("../lib/api.js").Candidate} Candidate */

/** Maximum number of candidates that are listed. */
const mostCandidates = 5;

/**
 * A disclosure that asks the server once it is opened.
 * @param {string} storyId
 * @param {string} placeId
 * @param {{evidence?: boolean}} [options] evidence: false where the sentence is shown next to it
 * @returns {HTMLDetailsElement}
 */
export function whyHere(storyId, placeId, { evidence = true } = {}) {
  const body = el("div", { class: "why-body" });
  const details = /** @type {HTMLDetailsElement} */ (el("details", { class: "why" }, el("summary", {}, t("why.title")), body));
  details.addEventListener("toggle", () => {
    if (!details.open || body.childElementCount > 0) return;
    fill(body, storyId, placeId, evidence);
  });
  return details;
}

/**
 * @param {HTMLElement} body
 * @param {string} storyId
 * @param {string} placeId
 * @param {boolean} evidence
 */
async function fill(body, storyId, placeId, evidence) {
  body.replaceChildren(el("p", { class: "quiet-text" }, t("loading")));
  try {
    const story = await api.story(storyId);
    const location = story.locations.find(({ place }) => place.id === placeId);
    body.replaceChildren(location ? explanation(location, { evidence }) : el("p", {}, t("why.gone")));
  } catch (error) {
    const isGone = error instanceof api.ApiError && error.isMissing;
    body.replaceChildren(
      el("p", { class: "warning" }, isGone ? t("story.gone") : error instanceof api.ApiError ? error.message : t("error.page")),
    );
    if (!isGone)
      body.append(
        el("button", { type: "button", class: "button quiet", onclick: () => fill(body, storyId, placeId, evidence) }, t("retry")),
      );
  }
}

/**
 * @param {Location} location
 * @param {{evidence?: boolean}} [options]
 * @returns {HTMLElement}
 */
export function explanation(location, { evidence: quoted = true } = {}) {
  const names = spellings((location.toponyms ?? []).map(({ text }) => text));
  const evidence = location.evidence ?? "";
  const reasons = location.reasons ?? [];
  return el(
    "div",
    { class: "explanation" },
    quoted && evidence ? el("blockquote", { dir: "auto" }, emphasise(evidence, names).fragment) : null,
    names.length > 0
      ? el("p", {}, t("why.matched", { names: names.map((name) => `“${name}”`).join(", "), place: location.place.name }))
      : null,
    el("p", {}, t("why.sure", { role: t(`role.${location.role}`), percent: percent(location.confidence) })),
    reasons.length > 0 ? el("ul", { class: "reasons" }, ...reasons.map((reason) => el("li", {}, reasonText(reason)))) : null,
    candidateTable(location),
  );
}

/**
 * The names that differ by more than their case, as a dateline's does: of
 * "PARADISE" and "Paradise" the one in small letters.
 * @param {string[]} names
 */
function spellings(names) {
  const known = /** @type {Map<string, string>} */ (new Map());
  for (const name of names) {
    const folded = name.toLowerCase();
    const before = known.get(folded);
    if (before === undefined || before === before.toUpperCase()) known.set(folded, name);
  }
  return [...known.values()];
}

/** @param {Location} location */
function candidateTable({ place, confidence, candidates: given = [] }) {
  const lost = given.filter((candidate) => candidate.place.id !== place.id);
  if (lost.length === 0) return null;
  const won = given.find((candidate) => candidate.place.id === place.id) ?? { place, score: confidence };
  const candidates = [won, ...lost];
  const best = Math.max(...candidates.map(({ score }) => score));
  const rows = candidates.slice(0, mostCandidates).map((candidate) => {
    const isChosen = candidate === won;
    const around = [candidate.place.admin1, candidate.place.country ? countryName(candidate.place.country) : ""]
      .filter((part) => part && part !== candidate.place.name)
      .join(", ");
    const bar = el("span", { class: "bar", "aria-hidden": "true" });
    bar.style.setProperty("--share", String(best > 0 ? Math.max(0, candidate.score / best) : 0));
    return el(
      "tr",
      { class: isChosen ? "won" : "" },
      el(
        "th",
        { scope: "row" },
        el("a", { href: placeAddress(candidate.place.id) }, candidate.place.name),
        around ? ` ${around}` : "",
        isChosen ? el("span", { class: "visually-hidden" }, ` (${t("why.chosen")})`) : "",
      ),
      el("td", {}, bar),
      el("td", { class: "figure" }, scoreWords(candidate.score)),
    );
  });
  const head = el("tr", {}, el("th", { scope: "col" }, t("why.candidate")), el("th", { scope: "col", colspan: "2" }, t("why.score")));
  const more =
    candidates.length > mostCandidates
      ? el("p", { class: "quiet-text" }, t("why.more", { count: candidates.length - mostCandidates }))
      : null;
  return el(
    "div",
    {},
    el("table", { class: "candidates" }, el("caption", {}, t("why.candidates")), el("thead", {}, head), el("tbody", {}, ...rows)),
    more,
  );
}
