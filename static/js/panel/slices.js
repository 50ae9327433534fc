// @ts-check
// Splits long work into short pieces, so that the page stays responsive.

/** How long one piece may take, in milliseconds. */
const piece = 12;

/**
 * Maps a list, and lets the browser breathe whenever a piece has taken long enough.
 * @template T, U
 * @param {T[]} list
 * @param {(one: T) => U} make
 * @returns {Promise<U[]>}
 */
export async function mapInSlices(list, make) {
  const out = [];
  let begun = performance.now();
  for (const one of list) {
    out.push(make(one));
    if (performance.now() - begun < piece) continue;
    await new Promise((done) => setTimeout(done));
    begun = performance.now();
  }
  return out;
}
