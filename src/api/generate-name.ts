/** Characters that spell no words and are not mistaken for one another; apimachinery's util/rand. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_CHARS = 5;
const MAX_NAME_CHARS = 63;

/** `base` cut so that the name stays a DNS label, and five random characters. */
export function generateName(base: string, fraction: () => number): string {
  let suffix = '';
  for (let i = 0; i < SUFFIX_CHARS; i++) suffix += ALPHABET.charAt(Math.floor(fraction() * ALPHABET.length));
  return `${base.slice(0, MAX_NAME_CHARS - SUFFIX_CHARS)}${suffix}`;
}
