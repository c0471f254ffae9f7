/** Who is to get a part, with `lower <= target` and `lower <= upper`. */
export interface Claim {
  readonly target: number;
  readonly lower: number;
  readonly upper: number;
}

export interface Allocation {
  readonly parts: readonly number[];
  /** Each part is so many times its target, unless a bound keeps it from that. */
  readonly fairFraction: number;
}

/** Divides `sum` among claims. `undefined` where bounds do not let it: they ask for more together, or take less. */
export function allocateFairly(sum: number, claims: readonly Claim[]): Allocation | undefined {
  const partsAt = (fraction: number): readonly number[] =>
    claims.map(({ target, lower, upper }) => clamp(fraction * positive(target), lower, upper));
  const totalAt = (fraction: number): number => total(partsAt(fraction));
  if (total(claims.map(({ lower }) => lower)) > sum + EPSILON) return undefined;
  if (total(claims.map(({ upper }) => upper)) < sum - EPSILON) return undefined;
  // Between two neighbours of these the total grows evenly.
  const bends = claims
    .flatMap(({ target, lower, upper }) => [lower / positive(target), upper / positive(target)])
    .toSorted((a, b) => a - b);
  const above = bends.findIndex(bend => totalAt(bend) >= sum);
  if (above === -1) return { parts: claims.map(({ upper }) => upper), fairFraction: bends.at(-1) ?? 0 };
  const high = bends[above] ?? 0;
  const low = bends[above - 1] ?? high;
  const [atLow, atHigh] = [totalAt(low), totalAt(high)];
  const fairFraction = atHigh - atLow < EPSILON ? high : low + ((high - low) * (sum - atLow)) / (atHigh - atLow);
  return { parts: partsAt(fairFraction), fairFraction };
}

const EPSILON = 1e-7;
/** Nothing is divided by a target of none. */
const LEAST_TARGET = 0.001;

const positive = (target: number): number => Math.max(target, LEAST_TARGET);
const total = (parts: readonly number[]): number => parts.reduce((so, part) => so + part, 0);
const clamp = (value: number, lower: number, upper: number): number => Math.max(lower, Math.min(upper, value));
