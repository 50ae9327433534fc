// @ts-check
// The server's API as the pages use it. Every call can be aborted by a
// signal, times out when the server does not answer, and fails with an ApiError whose
// message is shown to the reader.

import * as connection from "./connection.js";
import { t } from "./i18n.js";

/**
 * @typedef {object} Feature
 * @property {string} story_id
 * @property {string} title
 * @property {string | null} url
 * @property {string | null} outlet
 * @property {string | null} published
 * @property {string | null} lang
 * @property {string} place_id
 * @property {string} place
 * @property {string | null} country
 * @property {string | null} admin1
 * @property {string} precision
 * @property {string} role
 * @property {number} confidence
 * @property {number} mentions
 * @property {string | null} evidence
 * @property {number} lat degrees
 * @property {number} lon degrees
 */

/**
 * @typedef {object} Place
 * @property {string} id
 * @property {string} name
 * @property {number} lat degrees
 * @property {number} lon degrees
 * @property {string | null} country
 * @property {string | null} admin1
 * @property {string | null} feature_code
 */

/**
 * @typedef {object} Toponym
 * @property {number} start code points
 * @property {number} end code points
 * @property {string} text
 * @property {string} field title or text
 */

/**
 * @typedef {object} Candidate
 * @property {Place} place
 * @property {number} score 0..1
 */

/**
 * @typedef {object} Reason
 * @property {string} code
 * @property {Record<string, string> | null} params
 * @property {string} text in the language of the request
 */

/**
 * @typedef {object} Location
 * @property {Place} place
 * @property {string} role
 * @property {string} precision
 * @property {number} confidence
 * @property {string | null} evidence
 * @property {number} mentions
 * @property {Reason[]} [reasons]
 * @property {Toponym[]} [toponyms]
 * @property {Candidate[]} [candidates]
 */

/**
 * @typedef {object} Story
 * @property {string} id
 * @property {string} title
 * @property {string | null} url
 * @property {string | null} outlet
 * @property {string | null} lang
 * @property {string | null} published
 * @property {string | null} fetched
 * @property {Location[]} locations
 * @property {Toponym[]} [unlocated]
 * @property {{outlet: string}[]} [copies]
 */

/** @typedef {{stories: number, features: number, unlocated: number}} Counts */

/**
 * @typedef {object} Cell a cluster that the server made
 * @property {number} lon degrees
 * @property {number} lat degrees
 * @property {number} stories
 * @property {number} features
 * @property {string | null} newest RFC 3339
 * @property {string | null} place the name of its main place
 * @property {[number, number, number, number]} bbox minlon, minlat, maxlon, maxlat
 * @property {Record<string, number>} role_counts
 */

/**
 * @typedef {object} CellArea a country named as a whole, which no cluster counts
 * @property {string} place_id
 * @property {string} place
 * @property {string | null} country
 * @property {string} precision
 * @property {number} lon degrees
 * @property {number} lat degrees
 * @property {number} stories
 * @property {number} features
 * @property {string | null} newest RFC 3339
 * @property {number} confidence the highest among its features
 * @property {Record<string, number>} role_counts
 */

/**
 * @typedef {object} Suggestion
 * @property {"place" | "country" | "outlet" | "text"} kind
 * @property {string} [id]
 * @property {string} name
 * @property {string} [label]
 * @property {number} [lat] degrees
 * @property {number} [lon] degrees
 * @property {string} [feature_code]
 * @property {number} [stories]
 * @property {Record<string, string>} value filters
 */

/**
 * How long an answer may take to begin, in milliseconds. The server may read another's
 * page for 40 seconds before it answers a POST.
 */
const answerTimeouts = { GET: 20_000, POST: 45_000 };

/** Statuses by which a proxy reports that the server is down. */
const gone = new Set([502, 503, 504]);

/** A failed request; its message is shown to the reader. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {number} status 0 if the server could not be reached
   * @param {string} [parameter]
   */
  constructor(message, status, parameter = "") {
    super(message);
    this.status = status;
    this.parameter = parameter;
  }

  /** Whether this server does not have what was requested. */
  get isMissing() {
    return this.status === 404;
  }
}

/** @param {unknown} error */
export function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError";
}

/**
 * Asks the server for a JSON document.
 * @param {string} path
 * @param {RequestInit} [options]
 */
export async function request(path, options = {}) {
  const own = new AbortController();
  const giveUp = () => own.abort();
  options.signal?.addEventListener("abort", giveUp);
  if (options.signal?.aborted) giveUp();
  const timer = setTimeout(giveUp, options.method === "POST" ? answerTimeouts.POST : answerTimeouts.GET);
  try {
    const response = await fetch(path, { ...options, signal: own.signal, headers: { Accept: "application/json", ...options.headers } });
    clearTimeout(timer);
    if (gone.has(response.status)) throw new TypeError(`status ${response.status}`);
    connection.report(true);
    if (!response.ok) throw await problem(response);
    return await response.json();
  } catch (error) {
    if (options.signal?.aborted) throw new DOMException("given up", "AbortError");
    if (error instanceof ApiError) throw error;
    if (error instanceof SyntaxError) throw new ApiError(t("error.broken"), 200);
    connection.report(false);
    throw new ApiError(t("error.unreachable"), 0);
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", giveUp);
  }
}

/** @param {Response} response */
async function problem(response) {
  /** @type {any} */
  let body = {};
  try {
    body = await response.json();
  } catch {
    // Not a problem document: only the status is known.
  }
  const detail = typeof body.detail === "string" ? body.detail : t("error.status", { status: String(response.status) });
  return new ApiError(detail, response.status, typeof body.parameter === "string" ? body.parameter : "");
}

/**
 * The features under the filters, newest first, and whether a limit cut them.
 * @param {URLSearchParams} query
 * @param {AbortSignal} [signal]
 * @returns {Promise<{features: Feature[], cut: boolean}>}
 */
export async function features(query, signal) {
  const collection = await request(`/api/features.geojson?${query}`, { signal });
  const located = collection.features.filter((/** @type {any} */ feature) => feature.geometry);
  return {
    features: located.map((/** @type {any} */ feature) => ({
      ...feature.properties,
      lon: feature.geometry.coordinates[0],
      lat: feature.geometry.coordinates[1],
    })),
    cut: (collection.links ?? []).some((/** @type {any} */ link) => link.rel === "next"),
  };
}

/**
 * One page of the stories under the filters, newest first; the first page also
 * counts them all.
 * @param {URLSearchParams} query
 * @param {AbortSignal} [signal]
 * @returns {Promise<{stories: Story[], next: string | null, counts?: Counts}>}
 */
export function stories(query, signal) {
  return request(`/api/stories?${query}`, { signal });
}

/**
 * @param {URLSearchParams} query with zoom and bbox
 * @param {AbortSignal} [signal]
 * @returns {Promise<{cells: Cell[], areas?: CellArea[], features: number, stories: number, cut: boolean}>}
 */
export function clusters(query, signal) {
  return request(`/api/clusters?${query}`, { signal });
}

/**
 * @param {URLSearchParams} query
 * @param {AbortSignal} [signal]
 * @returns {Promise<{from: string, to: string, step_seconds: number, counts: number[], undated: number}>}
 */
export function histogram(query, signal) {
  return request(`/api/histogram?${query}`, { signal });
}

/**
 * @param {URLSearchParams} query
 * @param {AbortSignal} [signal]
 * @returns {Promise<{countries: {country: string, name: string, stories: number, features: number}[]}>}
 */
export function countries(query, signal) {
  return request(`/api/countries?${query}`, { signal });
}

/**
 * @param {string} text
 * @param {number} limit
 * @param {AbortSignal} [signal]
 * @returns {Promise<{suggestions: Suggestion[]}>}
 */
export function suggest(text, limit, signal) {
  return request(`/api/suggest?${new URLSearchParams({ q: text, limit: String(limit) })}`, { signal });
}

/** @type {Promise<any> | null} */
let offers = null;

/**
 * What this server offers to its pages; loaded once.
 * @returns {Promise<{tiles_url: string | null, basemap: import("../map/pmtiles.js").Basemap | null, can_add: boolean, live: boolean}>}
 */
export function config() {
  if (!offers) {
    offers = request("/api/config");
    offers.catch(() => (offers = null));
  }
  return offers;
}

/** Number of stories in the cache. */
const mostKept = 100;

/** @type {Map<string, Promise<Story>>} */
const kept = new Map();

/**
 * One story with its locations; loaded once.
 * @param {string} id
 * @returns {Promise<Story>}
 */
export function story(id) {
  let promise = kept.get(id);
  if (!promise) {
    promise = /** @type {Promise<Story>} */ (request(`/api/stories/${encodeURIComponent(id)}`));
    promise.catch(() => kept.delete(id));
    kept.set(id, promise);
    if (kept.size > mostKept) kept.delete(/** @type {string} */ (kept.keys().next().value));
  }
  return promise;
}

/** Forgets stories that may have changed. @param {string[]} [ids] without them, all */
export function forget(ids = [...kept.keys()]) {
  for (const id of ids) kept.delete(id);
}
