import type { Operation } from './history.ts';

/**
 * Whether there is an order in which each operation happened at one moment between its call and its
 * answer, after the algorithm of Wing and Gong as Lowe and Porcupine refined it: try what may come
 * first, remember where that led. Each key is an object of its own; a transaction of several is one
 * operation on each.
 */
export interface KeyOperation {
  readonly call: number;
  /** `Infinity`: never answered; it may also never have happened. */
  readonly end: number;
  /** The text after it, given the one before; `false`: not what it was answered. */
  readonly step: (before: string | undefined) => { readonly after: string | undefined } | false;
}

export type Linearizable = 'yes' | 'no' | 'too much to tell';

export function isLinearizable(operations: readonly KeyOperation[], stepLimit = 200_000): Linearizable {
  const sorted = [...operations].sort((a, b) => a.call - b.call);
  const answered = sorted.filter(({ end }) => end !== Infinity).length;
  const done = new Uint8Array(sorted.length);
  const tried = new Set<string>();
  const stack: { readonly index: number; readonly before: string | undefined }[] = [];
  let state: string | undefined;
  let doneAnswered = 0;
  let first = 0;
  let from = 0;
  for (let steps = 0; steps < stepLimit; steps++) {
    if (doneAnswered === answered) return 'yes';
    while (done[first] === 1) first++;
    const index = nextCandidate(sorted, done, Math.max(first, from), first, state, tried);
    if (index !== undefined) {
      const next = sorted[index]?.step(state);
      if (!next) throw new Error('invariant broken: a candidate can be taken');
      stack.push({ index, before: state });
      done[index] = 1;
      if (sorted[index]?.end !== Infinity) doneAnswered++;
      state = next.after;
      from = 0;
      continue;
    }
    const last = stack.pop();
    if (last === undefined) return 'no';
    done[last.index] = 0;
    if (sorted[last.index]?.end !== Infinity) doneAnswered--;
    state = last.before;
    first = Math.min(first, last.index);
    from = last.index + 1;
  }
  return 'too much to tell';
}

/** The first operation from `from` on that may come now, fits, and leads where nobody has been. */
function nextCandidate(
  sorted: readonly KeyOperation[],
  done: Uint8Array,
  from: number,
  first: number,
  state: string | undefined,
  tried: Set<string>,
): number | undefined {
  let earliestEnd = Infinity;
  for (let index = first; index < sorted.length; index++) {
    const operation = sorted[index];
    if (operation === undefined || done[index] === 1) continue;
    if (operation.call > earliestEnd) return undefined;
    earliestEnd = Math.min(earliestEnd, operation.end);
    if (index < from) continue;
    const next = operation.step(state);
    if (next === false) continue;
    done[index] = 1;
    const key = `${next.after ?? ''}|${placeOf(done, first)}`;
    done[index] = 0;
    if (tried.has(key)) continue;
    tried.add(key);
    return index;
  }
  return undefined;
}

/** Which operations are done: all before the first that is not, and of the later ones these. */
function placeOf(done: Uint8Array, first: number): string {
  let start = first;
  while (done[start] === 1) start++;
  let place = `${start}:`;
  for (let index = start + 1; index < done.length; index++) if (done[index] === 1) place += `${index - start},`;
  return place;
}

/** Every operation as it concerns each key; reads of the past are none of them. */
export function operationsByKey(operations: readonly Operation[]): ReadonlyMap<string, readonly KeyOperation[]> {
  const byKey = new Map<string, KeyOperation[]>();
  const add = (key: string, operation: Operation, step: KeyOperation['step']): void => {
    const list = byKey.get(key) ?? [];
    byKey.set(key, list);
    list.push({ call: operation.call, end: operation.end ?? Infinity, step });
  };
  for (const operation of operations) {
    const { input, output } = operation;
    if (output?.type === 'refused') continue;
    if (input.type === 'write') {
      if (output?.type === 'conflict') {
        for (const [key, seen] of output.current) {
          add(key, operation, before => (before === seen?.text ? { after: before } : false));
        }
        continue;
      }
      for (const [key, text] of input.writes) {
        const guard = input.guards.get(key);
        const isGuarded = input.guards.has(key);
        add(key, operation, before => (isGuarded && before !== guard?.text ? false : { after: text }));
      }
    } else if (input.type === 'get' && input.at === undefined && output?.type === 'read') {
      const text = output.entries.get(input.key)?.text;
      add(input.key, operation, before => (before === text ? { after: before } : false));
    }
  }
  return byKey;
}
