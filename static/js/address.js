// @ts-check
// The page's address keeps the filters (as query, by the names of the API) and
// the view (as hash, #zoom/lat/lon), so that a link shows what its sender saw.

/** The filters that the address may hold. */
export const filterNames = ["q", "role", "datetime", "outlet", "country", "place", "min_confidence", "lang"];

/** @returns {URLSearchParams} */
export function readFilters() {
  const given = new URLSearchParams(location.search);
  const filters = new URLSearchParams();
  for (const name of filterNames) {
    const value = given.get(name);
    if (value) filters.set(name, value);
  }
  return filters;
}

/** @param {URLSearchParams} filters */
export function writeFilters(filters) {
  const query = readable(filters);
  history.replaceState(null, "", `${location.pathname}${query ? `?${query}` : ""}${location.hash}`);
}

/**
 * The query with commas and colons as they are: both may stand in a query, and
 * people read addresses.
 * @param {URLSearchParams} filters
 */
export function readable(filters) {
  return filters.toString().replace(/%2C/g, ",").replace(/%3A/g, ":").replace(/%2F/g, "/");
}

/** @returns {{zoom: number, lat: number, lon: number} | null} */
export function readView() {
  const parts = location.hash.replace(/^#/, "").split("/").map(Number);
  if (parts.length !== 3 || parts.some((n) => !Number.isFinite(n))) return null;
  const [zoom, lat, lon] = parts;
  if (zoom < 0 || zoom > 20 || Math.abs(lat) > 90 || Math.abs(lon) > 180) return null;
  return { zoom, lat, lon };
}

/**
 * @param {number} zoom
 * @param {number} lat degrees
 * @param {number} lon degrees
 */
export function writeView(zoom, lat, lon) {
  const digits = Math.min(5, Math.max(1, Math.ceil(zoom / 3)));
  const hash = `#${Number(zoom.toFixed(1))}/${lat.toFixed(digits)}/${lon.toFixed(digits)}`;
  history.replaceState(null, "", `${location.pathname}${location.search}${hash}`);
}

/**
 * Reads "from/to" into two dates of the form YYYY-MM-DD; open ends are empty.
 * @param {string | null} datetime
 */
export function readInterval(datetime) {
  if (!datetime) return { from: "", to: "" };
  const [from, to = from] = datetime.split("/");
  const day = (/** @type {string} */ s) => (/^\d{4}-\d{2}-\d{2}/.test(s) ? s.slice(0, 10) : "");
  return { from: day(from), to: day(to) };
}

/**
 * @param {string} from YYYY-MM-DD or empty
 * @param {string} to YYYY-MM-DD or empty
 */
export function writeInterval(from, to) {
  return from || to ? `${from || ".."}/${to || ".."}` : "";
}
