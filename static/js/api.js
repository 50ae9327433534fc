// @ts-check
// The server's API as the pages use it.

/**
 * @typedef {object} Feature
 * @property {string} story_id
 * @property {string} title
 * @property {string | null} url
 * @property {string | null} outlet
 * @property {string | null} published
 * @property {string} place_id
 * @property {string} place
 * @property {string | null} country
 * @property {string | null} admin1
 * @property {string} precision
 * @property {string} role
 * @property {number} confidence
 * @property {string | null} evidence
 * @property {number} lat degrees
 * @property {number} lon degrees
 */

/** An answer that is not the one asked for; its message is for people. */
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
}

/**
 * @param {string} path
 * @param {AbortSignal} [signal]
 */
async function get(path, signal) {
  let response;
  try {
    response = await fetch(path, { signal, headers: { Accept: "application/json" } });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError("The server does not answer. It may have stopped, or the connection is gone.", 0);
  }
  if (!response.ok) throw await problem(response);
  try {
    return await response.json();
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError("The answer broke off before its end.", response.status);
  }
}

/** @param {Response} response */
async function problem(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    // Not a problem document: the status says all there is.
  }
  const detail = typeof body.detail === "string" ? body.detail : `The server answered ${response.status}.`;
  return new ApiError(detail, response.status, typeof body.parameter === "string" ? body.parameter : "");
}

/**
 * The features under the filters, newest first, and whether a limit cut them.
 * @param {URLSearchParams} filters
 * @param {AbortSignal} [signal]
 * @returns {Promise<{features: Feature[], cut: boolean}>}
 */
export async function features(filters, signal) {
  const collection = await get(`/api/features.geojson?${filters}`, signal);
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
 * How much matches the filters in all.
 * @param {URLSearchParams} filters
 * @param {AbortSignal} [signal]
 * @returns {Promise<{stories: number, features: number, unlocated: number}>}
 */
export async function counts(filters, signal) {
  const asked = new URLSearchParams(filters);
  asked.set("limit", "1");
  const page = await get(`/api/stories?${asked}`, signal);
  return page.counts;
}

/** @type {Map<string, Promise<any>>} */
const stories = new Map();

/**
 * One story with its locations; asked for once.
 * @param {string} id
 */
export function story(id) {
  let promise = stories.get(id);
  if (!promise) {
    promise = get(`/api/stories/${encodeURIComponent(id)}`);
    promise.catch(() => stories.delete(id));
    stories.set(id, promise);
  }
  return promise;
}
