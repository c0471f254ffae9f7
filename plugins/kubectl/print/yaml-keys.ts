const isLetter = (text: string): boolean => /^\p{L}$/u.test(text);
const isDigit = (text: string | undefined): boolean => text !== undefined && /^\p{Nd}$/u.test(text);

/** The order of keys in go-yaml: letters last, numbers within them by what they count. */
export function compareYamlKeys(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [x = '', y = ''] = [left[i], right[i]];
    if (x === y) continue;
    const [xLetter, yLetter] = [isLetter(x), isLetter(y)];
    if (xLetter && yLetter) return x < y ? -1 : 1;
    if (xLetter || yLetter) return yLetter ? -1 : 1;
    return compareDigits(left, right, i) || (x < y ? -1 : 1);
  }
  return left.length - right.length;
}

function compareDigits(left: readonly string[], right: readonly string[], at: number): number {
  let start = 0;
  if (left[at] === '0' || right[at] === '0') {
    for (let j = at - 1; j >= 0 && isDigit(left[j]); j--) {
      if (left[j] === '0') continue;
      start = 1;
      break;
    }
  }
  const [leftEnd, leftNumber] = numberFrom(left, at, start);
  const [rightEnd, rightNumber] = numberFrom(right, at, start);
  return leftNumber - rightNumber || leftEnd - rightEnd;
}

function numberFrom(text: readonly string[], at: number, start: number): readonly [end: number, value: number] {
  let value = start;
  let end = at;
  for (; isDigit(text[end]); end++) value = value * 10 + Number(text[end]);
  return [end, value];
}
