// What the makers of outlines share: the lines of a topology, and thinner ones.

/**
 * The arcs of a quantised topology.
 * @param {any} topology
 * @returns {number[][][]} lines of lon, lat in degrees
 */
export function linesOf({ arcs, transform }) {
  const [sx, sy] = transform.scale;
  const [tx, ty] = transform.translate;
  return arcs.map((arc) => {
    let x = 0;
    let y = 0;
    return arc.map(([dx, dy]) => [(x += dx) * sx + tx, (y += dy) * sy + ty]);
  });
}

/**
 * Douglas and Peucker's way of leaving out points that a line hardly needs.
 * @param {number[][]} line
 * @param {number} tolerance how far the line may leave its source, in degrees
 */
export function thin(line, tolerance) {
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
    parts = [
      [0, at],
      [at, line.length - 1],
    ];
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
