// @ts-check
// Everything that a reader can change about the page, in one object that the address
// mirrors: filters (with the names of the API) and the rest are the query, the position is
// the hash (#zoom/lat/lon). Modules call set to change something and listen to show it.
// No other module keeps such state.
//
// Changes of filters, selection, layer and drawer are history entries, for back and
// forward; moving the map only replaces the current entry.

/**
 * @typedef {object} View
 * @property {number} zoom
 * @property {number} lat degrees
 * @property {number} lon degrees
 */

/** @typedef {Readonly<Record<string, string>>} Filters by the names of the API, without bbox */

/**
 * @typedef {object} Shape
 * @property {View | null} view null: where the stories are
 * @property {Filters} filters
 * @property {string} period one of periods, or empty: stories of the time until now
 * @property {string} by published or fetched: which time the histogram counts and the period means
 * @property {string} layer one of layers
 * @property {string} selected "place:ID" or "story:ID", or empty
 * @property {string} drawer one of drawers, or empty
 * @property {string} theme auto, light or dark
 */

/** @typedef {keyof Shape} Name */

const hour = 3_600_000;

/** Periods until now, in milliseconds. */
export const periods = /** @type {Record<string, number>} */ ({ "24h": 24 * hour, "7d": 7 * 24 * hour, "30d": 30 * 24 * hour });

export const layers = ["markers", "heat", "countries"];

export const drawers = ["unlocated", "add"];

export const roles = ["focus", "dateline", "mention"];

const instant = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?$/;

/** @param {string} text */
const isInstant = (text) => instant.test(text) && !Number.isNaN(Date.parse(text));

/** @param {RegExp} form */
const listOf = (form) => (/** @type {string} */ value) => value.split(",").every((part) => form.test(part.trim()));

/** @param {string} value a day or time, or an interval "from/to" with one end open at most */
function isInterval(value) {
  const [from, to] = value.includes("/") ? value.split("/", 2) : [value, value];
  const isOpen = (/** @type {string} */ end) => end === "" || end === "..";
  if (isOpen(from) && isOpen(to)) return false;
  if (![from, to].every((end) => isOpen(end) || isInstant(end))) return false;
  return isOpen(from) || isOpen(to) || Date.parse(from) <= Date.parse(to);
}

/**
 * The filters that the address may hold, each with what makes a value one.
 * @type {Record<string, (value: string) => boolean>}
 */
const filterForms = {
  q: (value) => value.length <= 400,
  role: (value) => value.split(",").every((role) => roles.includes(role)),
  datetime: isInterval,
  received: isInterval,
  outlet: (value) => value.length <= 1000,
  country: listOf(/^[A-Za-z]{2}$/),
  place: (value) => value.length <= 1000,
  min_confidence: (value) => value.trim() !== "" && Number(value) >= 0 && Number(value) <= 1,
  lang: listOf(/^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8})*$/),
};

/** @param {string[]} known */
const oneOf = (known) => (/** @type {string} */ value) => known.includes(value);

/**
 * The other names in the address.
 * @type {Record<string, (value: string) => boolean>}
 */
const otherForms = {
  period: oneOf(Object.keys(periods)),
  by: oneOf(["published", "fetched"]),
  layer: oneOf(layers),
  selected: (value) => /^(place|story):.{1,300}$/s.test(value),
  drawer: oneOf(drawers),
  theme: oneOf(["auto", "light", "dark"]),
};

/** The server handles the language of the page; it stays in the address. */
const localeName = "locale";

/** @returns {Shape} */
function plain() {
  return { view: null, filters: {}, period: "", by: "published", layer: "markers", selected: "", drawer: "", theme: "auto" };
}

/**
 * Reads an address; what it cannot make sense of is left out and named.
 * @param {{search: string, hash: string}} address
 * @returns {{shape: Shape, ignored: string[]}}
 */
export function readAddress({ search, hash }) {
  const shape = plain();
  /** @type {Record<string, string>} */
  const filters = {};
  /** @type {string[]} */
  const ignored = [];
  for (const [name, value] of new URLSearchParams(search)) {
    if (name === localeName || value === "") continue;
    if (filterForms[name]?.(value)) filters[name] = value;
    else if (otherForms[name]?.(value)) Object.assign(shape, { [name]: value });
    else ignored.push(name);
  }
  if (shape.period) delete filters[shape.by === "fetched" ? "received" : "datetime"];
  shape.filters = filters;
  shape.view = readView(hash);
  if (hash.length > 1 && !shape.view) ignored.push(hash);
  return { shape, ignored };
}

/**
 * @param {string} hash
 * @returns {View | null}
 */
function readView(hash) {
  const parts = hash.replace(/^#/, "").split("/");
  if (parts.length !== 3 || parts.some((part) => part.trim() === "")) return null;
  const [zoom, lat, lon] = parts.map(Number);
  const fits = zoom >= 0 && zoom <= 20 && Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
  return fits ? { zoom, lat, lon } : null;
}

/**
 * The address of a state, from the path's slash on.
 * @param {Shape} shape
 * @param {string} [path]
 */
export function writeAddress(shape, path = location.pathname) {
  const query = new URLSearchParams(shape.filters);
  const usual = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (plain()));
  for (const name of Object.keys(otherForms)) {
    const value = shape[/** @type {Name} */ (name)];
    if (value !== usual[name]) query.set(name, String(value));
  }
  const locale = new URLSearchParams(location.search).get(localeName);
  if (locale) query.set(localeName, locale);
  return `${path}${query.size ? `?${readable(query)}` : ""}${shape.view ? writeView(shape.view) : ""}`;
}

/** @param {View} view */
function writeView({ zoom, lat, lon }) {
  const digits = Math.min(5, Math.max(1, Math.ceil(zoom / 3)));
  return `#${Number(zoom.toFixed(1))}/${lat.toFixed(digits)}/${lon.toFixed(digits)}`;
}

/**
 * The query with unescaped commas, colons and slashes, which are allowed in a
 * query, and people read addresses.
 * @param {URLSearchParams} query
 */
export function readable(query) {
  return query.toString().replace(/%2C/g, ",").replace(/%3A/g, ":").replace(/%2F/g, "/");
}

/** Changes of these alone add no history entry. */
const quiet = new Set(["view", "theme"]);

export class State {
  constructor() {
    const { shape, ignored } = readAddress(location);
    /** @type {Shape} */
    this.shape = shape;
    /** The invalid parts of the address, for a notice. */
    this.ignored = ignored;
    /** @type {{names: Set<string>, hear: (from: "page" | "history") => void}[]} */
    this.listeners = [];
    window.addEventListener("popstate", () => this.#return());
  }

  get view() {
    return this.shape.view;
  }

  get filters() {
    return this.shape.filters;
  }

  get period() {
    return this.shape.period;
  }

  get by() {
    return this.shape.by;
  }

  get layer() {
    return this.shape.layer;
  }

  get drawer() {
    return this.shape.drawer;
  }

  get theme() {
    return this.shape.theme;
  }

  /** @returns {{kind: "place" | "story", id: string} | null} */
  get selected() {
    const [kind, ...rest] = this.shape.selected.split(":");
    return kind === "place" || kind === "story" ? { kind, id: rest.join(":") } : null;
  }

  /** The filter that the chart of time and the periods set: datetime or received. */
  get timeFilter() {
    return this.by === "fetched" ? "received" : "datetime";
  }

  /** Whether any filter is active, other than the map's position. */
  get filtered() {
    return Object.keys(this.filters).length > 0 || this.period !== "";
  }

  /**
   * Changes some of the state; the listeners hear of it before this returns.
   * @param {Partial<Shape>} changes
   * @param {{step?: boolean}} [options] whether this makes a step in the history
   */
  set(changes, { step = true } = {}) {
    const changed = this.#take({ ...this.shape, ...changes });
    if (changed.length === 0) return;
    const address = writeAddress(this.shape);
    if (!step || changed.every((name) => quiet.has(name))) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    this.#tell(changed, "page");
  }

  /**
   * Sets one filter; an empty value drops it.
   * @param {Record<string, string>} changes
   */
  filter(changes) {
    const filters = Object.fromEntries(Object.entries({ ...this.filters, ...changes }).filter(([, value]) => value !== ""));
    this.set({ filters, ...(changes[this.timeFilter] === undefined ? {} : { period: "" }) });
  }

  clearFilters() {
    this.set({ filters: {}, period: "" });
  }

  /**
   * Calls back when any of these has changed.
   * @param {Name[]} names
   * @param {(from: "page" | "history") => void} hear
   */
  on(names, hear) {
    this.listeners.push({ names: new Set(names), hear });
  }

  /**
   * The filters as the API takes them, with more parameters if given.
   * @param {Record<string, string>} [more] empty ones are left out
   */
  query(more = {}) {
    const query = new URLSearchParams(this.filters);
    if (this.period) query.set(this.timeFilter, `${new Date(Date.now() - periods[this.period]).toISOString().slice(0, 16)}:00Z/..`);
    for (const [name, value] of Object.entries(more)) {
      if (value !== "") query.set(name, value);
    }
    return query;
  }

  #return() {
    const { shape } = readAddress(location);
    const changed = this.#take(shape.view ? shape : { ...shape, view: this.shape.view });
    this.#tell(changed, "history");
  }

  /**
   * @param {Shape} shape
   * @returns {string[]} the names of what changed
   */
  #take(shape) {
    const before = this.shape;
    const changed = /** @type {Name[]} */ (Object.keys(shape)).filter(
      (name) => JSON.stringify(shape[name]) !== JSON.stringify(before[name]),
    );
    this.shape = shape;
    return changed;
  }

  /**
   * @param {string[]} changed
   * @param {"page" | "history"} from
   */
  #tell(changed, from) {
    for (const { names, hear } of this.listeners) {
      if (changed.some((name) => names.has(name))) hear(from);
    }
  }
}
