/** A run of lines that two texts have alike: `size` of them, from `a` in the one and from `b` in the other. */
export interface Block {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

/** Beyond it what was not compared yet counts as different: texts of others are not to hold up everybody. */
const MAX_COMPARED = 1_000_000;
/** From so many lines on those that stand all over a text are no place to start a run at. */
const MANY_LINES = 200;

/**
 * Runs of lines alike, in their order: the longest, then the longest before it and after it, and so on, as Python's
 * difflib finds them and all that was modelled on it.
 */
export function matchingBlocks(a: readonly string[], b: readonly string[]): readonly Block[] {
  const longest = longestOf(a, b);
  const found: Block[] = [];
  const open: Span[] = [{ fromA: 0, toA: a.length, fromB: 0, toB: b.length }];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const block = longest(span);
    if (block.size === 0) continue;
    found.push(block);
    const before = { ...span, toA: block.a, toB: block.b };
    const after = { ...span, fromA: block.a + block.size, fromB: block.b + block.size };
    open.push(...[before, after].filter(({ fromA, toA, fromB, toB }) => fromA < toA && fromB < toB));
  }
  return joined(found.sort((one, other) => one.a - other.a || one.b - other.b));
}

interface Span {
  readonly fromA: number;
  readonly toA: number;
  readonly fromB: number;
  readonly toB: number;
}

/** Blocks that touch are one. */
function joined(blocks: readonly Block[]): readonly Block[] {
  const runs: Block[] = [];
  for (const block of blocks) {
    const last = runs.at(-1);
    if (last !== undefined && last.a + last.size === block.a && last.b + last.size === block.b) {
      runs[runs.length - 1] = { ...last, size: last.size + block.size };
    } else runs.push(block);
  }
  return runs;
}

/** Of the longest runs in a span the first one. */
function longestOf(a: readonly string[], b: readonly string[]): (span: Span) => Block {
  const places = placesOf(b);
  let left = MAX_COMPARED;
  return ({ fromA, toA, fromB, toB }) => {
    let best = { a: fromA, b: fromB, size: 0 };
    let lengths = new Map<number, number>();
    for (let at = fromA; at < toA && left > 0; at += 1) {
      const next = new Map<number, number>();
      for (const place of places.get(a[at] ?? '') ?? []) {
        left -= 1;
        if (place < fromB) continue;
        if (place >= toB) break;
        const size = (lengths.get(place - 1) ?? 0) + 1;
        next.set(place, size);
        if (size > best.size) best = { a: at - size + 1, b: place - size + 1, size };
      }
      lengths = next;
    }
    const { a: startA, b: startB } = best;
    let before = 0;
    while (startA - before > fromA && startB - before > fromB && a[startA - before - 1] === b[startB - before - 1]) {
      before += 1;
    }
    let size = best.size;
    while (startA + size < toA && startB + size < toB && a[startA + size] === b[startB + size]) size += 1;
    return { a: startA - before, b: startB - before, size: size + before };
  };
}

/** Where each line stands, but for those that stand all over a long text. */
function placesOf(lines: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const [at, line] of lines.entries()) {
    const known = places.get(line);
    if (known === undefined) places.set(line, [at]);
    else known.push(at);
  }
  if (lines.length < MANY_LINES) return places;
  const most = Math.floor(lines.length / 100) + 1;
  return new Map([...places].filter(([, { length }]) => length <= most));
}
