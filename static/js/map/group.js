// @ts-check
// Groups features by place, and places into clusters for a zoom of the map.

/** @typedef {import("../lib/api.js").Feature} Feature */

/**
 * @typedef {object} Group a place with its features
 * @property {string} id of the place
 * @property {string} name
 * @property {string} role the strongest among its features
 * @property {string} precision
 * @property {string | null} country
 * @property {string | null} admin1
 * @property {number} confidence the highest among its features
 * @property {string | null} newest RFC 3339
 * @property {number} lat degrees
 * @property {number} lon degrees
 * @property {Feature[]} features newest first; none where the server only counted them
 * @property {number} [count] how many stories, where the server counted
 */

/**
 * @typedef {object} Cluster
 * @property {string} key stays the same while its main place does
 * @property {Group[]} groups the main one first
 * @property {number} lat degrees
 * @property {number} lon degrees
 */

export const rank = /** @type {Record<string, number>} */ ({ focus: 3, dateline: 2, mention: 1 });

/** Precisions whose point represents an area. */
const areas = new Set(["admin2", "admin1", "country", "region", "water"]);

/** @param {string} precision */
export const isArea = (precision) => areas.has(precision);

/** Below this confidence a place is drawn hollow. */
export const doubtBelow = 0.5;

/** Places closer than this, in pixels, form a cluster. */
const radius = 42;

/**
 * @param {Feature[]} features newest first
 * @returns {Map<string, Group>} by place id
 */
export function groupByPlace(features) {
  /** @type {Map<string, Group>} */
  const groups = new Map();
  for (const feature of features) {
    const group = groups.get(feature.place_id);
    if (!group) {
      const { place_id: id, place: name, role, precision, country, admin1, confidence, published, lat, lon } = feature;
      groups.set(id, { id, name, role, precision, country, admin1, confidence, newest: published, lat, lon, features: [feature] });
      continue;
    }
    group.features.push(feature);
    group.confidence = Math.max(group.confidence, feature.confidence);
    group.newest = later(group.newest, feature.published);
    if ((rank[feature.role] ?? 0) > (rank[group.role] ?? 0)) group.role = feature.role;
  }
  return groups;
}

/**
 * A country that the server counted.
 * @param {import("../lib/api.js").CellArea} area
 * @returns {Group}
 */
export function groupOfArea({ place_id: id, place: name, country, precision, confidence, newest, lat, lon, stories, role_counts: roles }) {
  const role = Object.keys(rank).find((one) => roles[one] > 0) ?? "mention";
  return { id, name, role, precision, country, admin1: null, confidence, newest, lat, lon, features: [], count: stories };
}

/** How many stories a place has. @param {Group} group */
export const sizeOf = ({ features, count }) => count ?? features.length;

/**
 * @param {string | null} a RFC 3339
 * @param {string | null} b RFC 3339
 */
export function later(a, b) {
  if (!a || !b) return a || b;
  return Date.parse(a) >= Date.parse(b) ? a : b;
}

/**
 * Gathers groups: each goes to the main one within the radius.
 * @param {Iterable<Group>} groups
 * @param {(group: Group) => {x: number, y: number}} project to pixels
 * @returns {Cluster[]}
 */
export function gather(groups, project) {
  const weight = (/** @type {Group} */ g) => (rank[g.role] ?? 0) * 1e6 + g.features.length;
  const order = [...groups].sort((a, b) => weight(b) - weight(a) || (a.id < b.id ? -1 : 1));
  /** @type {Map<string, {group: Group, x: number, y: number}[]>} */
  const grid = new Map();
  const points = order.map((group) => ({ group, ...project(group), taken: false }));
  for (const point of points) {
    const key = `${Math.floor(point.x / radius)}:${Math.floor(point.y / radius)}`;
    const cell = grid.get(key);
    if (cell) cell.push(point);
    else grid.set(key, [point]);
  }
  const clusters = [];
  for (const seed of points) {
    if (seed.taken) continue;
    const members = around(grid, seed).filter((/** @type {any} */ p) => !p.taken);
    for (const member of members) /** @type {any} */ (member).taken = true;
    members.sort((a, b) => (a === seed ? -1 : b === seed ? 1 : weight(b.group) - weight(a.group)));
    clusters.push(clusterOf(members.map((member) => member.group)));
  }
  return clusters;
}

/**
 * @param {Map<string, {group: Group, x: number, y: number}[]>} grid
 * @param {{x: number, y: number}} seed
 */
function around(grid, seed) {
  const found = [];
  const column = Math.floor(seed.x / radius);
  const row = Math.floor(seed.y / radius);
  for (let i = column - 1; i <= column + 1; i++) {
    for (let j = row - 1; j <= row + 1; j++) {
      for (const point of grid.get(`${i}:${j}`) ?? []) {
        if (Math.hypot(point.x - seed.x, point.y - seed.y) <= radius) found.push(point);
      }
    }
  }
  return found;
}

/**
 * A cluster is drawn at its main place, which is a place in the news; the
 * mean of several would be nowhere.
 * @param {Group[]} groups the main one first
 * @returns {Cluster}
 */
function clusterOf(groups) {
  const [{ id, lat, lon }] = groups;
  return { key: groups.length > 1 ? `cluster:${id}:${groups.length}` : `place:${id}`, groups, lat, lon };
}

/**
 * The counts of a cluster.
 * @param {Group[]} groups
 */
export function tally(groups) {
  const stories = new Set();
  const focus = new Set();
  let newest = /** @type {string | null} */ (null);
  for (const group of groups) {
    newest = later(newest, group.newest);
    for (const feature of group.features) {
      stories.add(feature.story_id);
      if (feature.role === "focus") focus.add(feature.story_id);
    }
  }
  return { stories: stories.size, focus: focus.size, newest };
}
