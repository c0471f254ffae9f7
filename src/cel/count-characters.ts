const SURROGATE = /[\ud800-\udbff]/;

/** Characters as expressions count them: code points. */
export function countCharacters(text: string): number {
  if (!SURROGATE.test(text)) return text.length;
  let count = text.length;
  for (let index = 0; index < text.length - 1; index += 1) {
    const unit = text.charCodeAt(index);
    const next = text.charCodeAt(index + 1);
    if (unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000) count -= 1;
  }
  return count;
}
