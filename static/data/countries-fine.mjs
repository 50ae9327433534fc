// Writes countries-fine.json, the outlines of countries for all but the smallest zooms,
// from the unpacked npm package world-atlas (see refresh.sh):
//
//     node countries-fine.mjs WORLD_ATLAS > countries-fine.json
//
// The package's own file takes 230 kB compressed, more than the rest of the page. This
// one omits points that a line hardly needs and rounds the others to a coarser grid.
// Arcs are simplified one by one and keep their ends, so that neighbours still meet.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { linesOf, thin } from "./line.mjs";

/** Steps of the coordinates, a degree. */
const scale = 200;

/** How far a line may leave its source, in degrees. */
const tolerance = 0.02;

/** A line as whole numbers: the first point, then the steps; points that fall together are one. */
function encode(line) {
  let [x, y] = [0, 0];
  const steps = thin(line, tolerance).flatMap(([lon, lat], i) => {
    const [dx, dy] = [Math.round(lon * scale) - x, Math.round(lat * scale) - y];
    if (i > 0 && dx === 0 && dy === 0) return [];
    [x, y] = [x + dx, y + dy];
    return [[dx, dy]];
  });
  while (steps.length < 4 && line.length >= 4) steps.push([0, 0]); // a ring has four points, however small
  return steps;
}

const [worldAtlas] = process.argv.slice(2);
const topology = JSON.parse(readFileSync(join(worldAtlas, "countries-50m.json"), "utf8"));
process.stdout.write(
  JSON.stringify({
    type: "Topology",
    objects: { countries: topology.objects.countries },
    arcs: linesOf(topology).map(encode),
    transform: { scale: [1 / scale, 1 / scale], translate: [0, 0] },
  }) + "\n",
);
