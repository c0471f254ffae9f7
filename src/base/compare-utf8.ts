/**
 * Orders two strings as their UTF-8 bytes order, which is by code point. JavaScript's own `<` orders by
 * UTF-16 unit and differs where a surrogate pair meets U+E000 to U+FFFF.
 */
export function compareUtf8(a: string, b: string): number {
  if (a.length > LONG && b.length > LONG) return compareLong(a, b);
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return codePointWeight(left) - codePointWeight(right);
  }
  return a.length - b.length;
}

/** From here on it pays to look for surrogates first. */
const LONG = 64;
const SURROGATE = /[\ud800-\udfff]/;

function compareLong(a: string, b: string): number {
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : Number(a > b);
}

/** Moves surrogates above the rest of the basic plane, where the code points they spell belong. */
function codePointWeight(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
