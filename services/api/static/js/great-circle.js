// Shortest ways on a sphere, unrolled for a map whose middle is the Pacific side of Asia.
export const MIDDLE = 122;
const RAD = Math.PI / 180;
const EARTH_KM = 6371;

/**
 * A longitude brought to within 180° of a reference.
 * @param {number} lon
 */
export function near(lon, reference = MIDDLE) {
  return reference + ((((lon - reference + 180) % 360) + 360) % 360) - 180;
}

/** @param {number[]} place */
function vector([lat, lon]) {
  return [Math.cos(lat * RAD) * Math.cos(lon * RAD), Math.cos(lat * RAD) * Math.sin(lon * RAD), Math.sin(lat * RAD)];
}

/**
 * Distance in km of two [lat, lon].
 * @param {number[]} a
 * @param {number[]} b
 */
export function distanceKm(a, b) {
  const [u, v] = [vector(a), vector(b)];
  return EARTH_KM * Math.acos(Math.min(1, Math.max(-1, u[0] * v[0] + u[1] * v[1] + u[2] * v[2])));
}

/**
 * Points of the great circle from a to b, both ends included, as [lat, lon] without jumps.
 * @param {number[]} a
 * @param {number[]} b
 */
export function greatCircle(a, b, steps = 48) {
  const [u, v] = [vector(a), vector(b)];
  const angle = Math.acos(Math.min(1, Math.max(-1, u[0] * v[0] + u[1] * v[1] + u[2] * v[2])));
  if (angle < 1e-4)
    return [
      [a[0], near(a[1])],
      [b[0], near(b[1])],
    ];
  let reference = MIDDLE;
  return Array.from({ length: steps + 1 }, (_, index) => {
    const f = index / steps;
    const [p, q] = [Math.sin((1 - f) * angle) / Math.sin(angle), Math.sin(f * angle) / Math.sin(angle)];
    const [x, y, z] = [0, 1, 2].map((i) => p * u[i] + q * v[i]);
    reference = near(Math.atan2(y, x) / RAD, reference);
    return [Math.atan2(z, Math.hypot(x, y)) / RAD, reference];
  });
}

/**
 * All legs as one line, shifted as a whole so that its end is drawn near the middle.
 * @param {Pick<Api.Leg, "from_lat" | "from_lon" | "to_lat" | "to_lon">[]} legs
 */
export function routeLine(legs) {
  /** @type {number[][]} */
  const line = [];
  for (const leg of legs) {
    const part = greatCircle([leg.from_lat, leg.from_lon], [leg.to_lat, leg.to_lon]);
    const reference = line.at(-1)?.[1] ?? part[0][1];
    const shift = near(part[0][1], reference) - part[0][1];
    line.push(...part.map(([lat, lon]) => [lat, lon + shift]).slice(line.length ? 1 : 0));
  }
  if (!line.length) return line;
  const mean = line.reduce((sum, [, lon]) => sum + lon, 0) / line.length;
  const shift = near(mean) - mean;
  return line.map(([lat, lon]) => [lat, lon + shift]);
}

/**
 * Index of the point of a line that lies nearest to a position.
 * @param {number[][]} line
 * @param {number[]} position
 */
export function nearestIndex(line, position) {
  let best = 0;
  let least = Infinity;
  line.forEach((point, index) => {
    const km = distanceKm(point, position);
    if (km < least) [best, least] = [index, km];
  });
  return best;
}
