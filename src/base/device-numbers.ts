/** makedev(3) of glibc, taken apart. `rdev` fits 53 bits for every device there is. */
export function deviceNumbers(rdev: number): { readonly major: number; readonly minor: number } {
  const high = Math.floor(rdev / 2 ** 32);
  const low = rdev >>> 0;
  return { major: ((low >>> 8) & 0xfff) | (high & 0xfffff000), minor: (low & 0xff) | ((low >>> 12) & 0xfff00) };
}
