/**
 * The regularised incomplete beta function I_x(a, b): the probability that a Beta(a, b) variable
 * is below x.
 */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return Math.exp(logCdf(x, 1 - x, a, b, logBeta(a, b)));
}

/** The x that a Beta(a, b) variable is below with probability `p`. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  return p <= 0.5 ? lowerQuantile(p, a, b) : 1 - lowerQuantile(1 - p, b, a);
}

/** More steps than ever needed: three or four do. */
const MAX_STEPS = 50;
const MAX_TERMS = 500;
const PRECISION = 1e-14;
/** A step this small, with convergence of third order, was the last one. */
const SETTLED = 1e-4;
/** Continued fractions must not divide by zero. */
const TINY = 1e-300;
/** Beyond this distance from 0 the logistic function is 0 or 1 in doubles. */
const MAX_LOGIT = 700;

/**
 * Solves ln I_x(a, b) = ln p for u = logit x by Halley's method. The logit of a beta variable has
 * a log-concave density, hence a log-concave distribution function: the curve is concave and
 * rising, and the iteration converges from any start.
 */
function lowerQuantile(p: number, a: number, b: number): number {
  const logB = logBeta(a, b);
  const target = Math.log(p);
  let u = guess(p, a, b, logB);
  let x = 0;
  for (let step = 0; step < MAX_STEPS; step++) {
    u = Math.max(-MAX_LOGIT, Math.min(MAX_LOGIT, u));
    x = 1 / (1 + Math.exp(-u));
    const rest = 1 / (1 + Math.exp(u));
    const logI = logCdf(x, rest, a, b, logB);
    const slope = Math.exp(a * Math.log(x) + b * Math.log(rest) - logB - logI);
    const newton = (logI - target) / slope;
    // g'' / g' of the curve g, whose slope is g'.
    const bend = a * rest - b * x - slope;
    const change = newton / Math.max(0.5, 1 - 0.5 * newton * bend);
    u -= change;
    if (Math.abs(change) < SETTLED) break;
  }
  return 1 / (1 + Math.exp(-u));
}

/** A first logit, mostly good to a few hundredths. */
function guess(p: number, a: number, b: number, logB: number): number {
  // Left of everything else the distribution is x^a / (a B(a, b)).
  const edge = (Math.log(p * a) + logB) / a;
  if (a < 1) return edge;
  if (b < 1) return Math.log(a / b) - 1.5 * Math.sqrt(1 / a + 1 / b);
  // The cube root of an F variable, the ratio of two gammas, is nearly normal (Camp and Paulson).
  const zz = normalQuantile(p) ** 2;
  const [varA, varB] = [1 / (9 * a), 1 / (9 * b)];
  const [meanA, meanB] = [1 - varA, 1 - varB];
  const square = meanB * meanB - zz * varB;
  const root = zz * (meanA * meanA * varB + meanB * meanB * varA - zz * varA * varB);
  const cubeRoot = (meanA * meanB - Math.sqrt(Math.max(0, root))) / square;
  return square > 0 && cubeRoot > 0 ? Math.log(a / b) + 3 * Math.log(cubeRoot) : edge;
}

/** For p up to 1/2, good to 0.003 (Abramowitz and Stegun 26.2.22). */
function normalQuantile(p: number): number {
  const t = Math.sqrt(-2 * Math.log(p));
  return (2.30753 + 0.27061 * t) / (1 + (0.99229 + 0.04481 * t) * t) - t;
}

/** ln I_x(a, b), with `rest` = 1 - x given apart so that nothing is lost near 1. */
function logCdf(x: number, rest: number, a: number, b: number, logB: number): number {
  const logFront = a * Math.log(x) + b * Math.log(rest) - logB;
  // Each side's fraction converges fast on its own side of the mean: I_x(a, b) = 1 - I_rest(b, a).
  return x * (a + b + 2) < a + 1
    ? logFront + Math.log(fraction(x, a, b) / a)
    : Math.log1p(-(Math.exp(logFront) * fraction(rest, b, a)) / b);
}

/** The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method. */
function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < MAX_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const factor = d * c;
    value *= factor;
    if (Math.abs(factor - 1) < PRECISION) break;
  }
  return value;
}

function away(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** Stirling's series (DLMF 5.11.1) from 10 upwards, reached by the recurrence. */
function logGamma(x: number): number {
  let product = 1;
  let z = x;
  while (z < 10) {
    product *= z;
    z += 1;
  }
  const s = 1 / (z * z);
  const series = (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188)))) / z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}
