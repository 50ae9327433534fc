// Makes static/vendor/world-atlas/countries-fine.json, the outlines of countries for
// all but the smallest zooms, from the unpacked npm package world-atlas:
//
//     node .ci/outlines.mjs WORLD_ATLAS > static/vendor/world-atlas/countries-fine.json
//
// The package's own file takes 230 kB compressed, more than the rest of the page. Here
// points that a line hardly needs are left out, and the others stand on a wider grid.
// Arcs are thinned one by one and keep their ends, so that neighbours still share them.
// The same package gives the same bytes.

import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Steps of the coordinates, a degree. */
const scale = 200;

/** How far a line may leave its source, in degrees. */
const tolerance = 0.02;

/** Douglas and Peucker's way of leaving out points that a line hardly needs. */
function thin(line) {
  const keep = new Set([0, line.length - 1]);
  const [x0, y0] = line[0];
  const [x1, y1] = line[line.length - 1];
  let parts = [[0, line.length - 1]];
  if (x0 === x1 && y0 === y1 && line.length > 3) {
    // A ring has no two ends: the point farthest from its beginning stands for one.
    const away = line.map(([x, y]) => Math.hypot(x - x0, y - y0));
    const at = away.indexOf(Math.max(...away));
    const beside = at > 1 ? 1 : line.length - 2;
    for (const i of [at, beside]) keep.add(i); // and a third, so that an island stays one
    parts = [[0, at], [at, line.length - 1]];
  }
  while (parts.length > 0) {
    const [a, b] = parts.pop();
    const [ax, ay] = line[a];
    const [dx, dy] = [line[b][0] - ax, line[b][1] - ay];
    const length = Math.hypot(dx, dy);
    let [far, at] = [tolerance, 0];
    for (let i = a + 1; i < b; i++) {
      const [px, py] = [line[i][0] - ax, line[i][1] - ay];
      const off = length > 0 ? Math.abs(px * dy - py * dx) / length : Math.hypot(px, py);
      if (off > far) [far, at] = [off, i];
    }
    if (!at) continue;
    keep.add(at);
    parts.push([a, at], [at, b]);
  }
  return line.filter((_, i) => keep.has(i));
}

/** A line as whole numbers: the first point, then the steps; points that fall together are one. */
function encode(line) {
  let [x, y] = [0, 0];
  const steps = thin(line).flatMap(([lon, lat], i) => {
    const [dx, dy] = [Math.round(lon * scale) - x, Math.round(lat * scale) - y];
    if (i > 0 && dx === 0 && dy === 0) return [];
    [x, y] = [x + dx, y + dy];
    return [[dx, dy]];
  });
  while (steps.length < 4 && line.length >= 4) steps.push([0, 0]); // a ring has four points, however small
  return steps;
}

const [worldAtlas] = process.argv.slice(2);
const { arcs, objects, transform } = JSON.parse(readFileSync(join(worldAtlas, "countries-50m.json"), "utf8"));
const degrees = arcs.map((arc) => {
  let [x, y] = [0, 0];
  return arc.map(([dx, dy]) => [(x += dx) * transform.scale[0] + transform.translate[0], (y += dy) * transform.scale[1] + transform.translate[1]]);
});
process.stdout.write(
  JSON.stringify({ type: "Topology", objects: { countries: objects.countries }, arcs: degrees.map(encode), transform: { scale: [1 / scale, 1 / scale], translate: [0, 0] } }) + "\n",
);
