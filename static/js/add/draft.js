// @ts-check
// The draft of a story that is being added. It is kept in this tab when the drawer is
// closed or the page is reloaded, and so is the token.

/** @typedef {{lon: number, lat: number}} Point degrees */

/**
 * @typedef {object} Draft
 * @property {"text" | "url"} mode
 * @property {string} title
 * @property {string} text
 * @property {string} url of the page to be read
 * @property {string} original address of a text's original
 * @property {string} outlet
 * @property {string} published a day
 * @property {string} lang
 * @property {Point[]} points
 */

const draftKey = "newsmap.add";
const tokenKey = "newsmap.token";

/** Maximum number of points that the server accepts. */
export const mostPoints = 100;

/** @returns {Draft} */
export function emptyDraft() {
  return { mode: "text", title: "", text: "", url: "", original: "", outlet: "", published: "", lang: "", points: [] };
}

/** @returns {Draft} */
export function loadDraft() {
  const draft = emptyDraft();
  try {
    const kept = JSON.parse(read(draftKey) || "{}");
    for (const name of /** @type {(keyof Draft)[]} */ (Object.keys(draft))) {
      if (typeof kept[name] === typeof draft[name]) Object.assign(draft, { [name]: kept[name] });
    }
    if (draft.mode !== "url") draft.mode = "text";
    draft.points = Array.isArray(draft.points) ? draft.points.filter(isPoint) : [];
  } catch {
    // The stored value is not a draft.
  }
  return draft;
}

/** @param {Draft} draft */
export function saveDraft(draft) {
  write(draftKey, JSON.stringify(draft));
}

export function dropDraft() {
  write(draftKey, "");
}

export function loadToken() {
  return read(tokenKey);
}

/** @param {string} token */
export function saveToken(token) {
  write(tokenKey, token);
}

/** Adds a point to the draft that is kept. @param {Point} point */
export function addPoint(point) {
  const draft = loadDraft();
  if (draft.points.length < mostPoints) saveDraft({ ...draft, points: [...draft.points, rounded(point)] });
}

/**
 * A point with five decimals, about a metre: no hand aims better.
 * @param {Point} point
 */
export function rounded({ lon, lat }) {
  return { lon: Number(lon.toFixed(5)), lat: Number(lat.toFixed(5)) };
}

/** @param {Point} point */
export function pointWords(point) {
  const { lon, lat } = rounded(point);
  return `${lat}, ${lon}`;
}

/**
 * Reads latitude and longitude as people write them, or null.
 * @param {string} text
 * @returns {Point | null}
 */
export function readPoint(text) {
  const found = /^\s*\(?\s*(-?\d+(?:\.\d+)?)°?\s*[,;\s]\s*(-?\d+(?:\.\d+)?)°?\s*\)?\s*$/.exec(text.replace(/[−–]/g, "-"));
  const point = found ? { lat: Number(found[1]), lon: Number(found[2]) } : null;
  return isPoint(point) ? rounded(point) : null;
}

/**
 * @param {any} value
 * @returns {value is Point}
 */
function isPoint(value) {
  return typeof value?.lon === "number" && typeof value?.lat === "number" && Math.abs(value.lon) <= 180 && Math.abs(value.lat) <= 90;
}

/** Copies a point, where the browser allows it. @param {Point} point */
export async function copyPoint(point) {
  try {
    await navigator.clipboard.writeText(pointWords(point));
    return true;
  } catch {
    return false;
  }
}

/** Without storage a draft lasts as long as the page. @type {Map<string, string>} */
const held = new Map();

/** @param {string} key */
function read(key) {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return held.get(key) ?? "";
  }
}

/**
 * @param {string} key
 * @param {string} value
 */
function write(key, value) {
  held.set(key, value);
  try {
    if (value) sessionStorage.setItem(key, value);
    else sessionStorage.removeItem(key);
  } catch {
    // Storage may be disabled or full: the draft stays in memory.
  }
}
