/**
 * cpu.weight of cgroup v2 for cpu.shares of v1, so that the default of 1024 shares is the default
 * weight of 100 (runc 1.3.2, crun 1.23 and later).
 */
export function cpuWeight(shares: number): number {
  if (shares <= 2) return 1;
  if (shares >= 262_144) return 10_000;
  const exponent = Math.log2(shares);
  return Math.ceil(10 ** ((exponent * exponent + 125 * exponent) / 612 - 7 / 34));
}
