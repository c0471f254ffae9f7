import { CelError, CelList, CelMap, type CelResult } from './cel-value.ts';
import { printType } from './cel-type.ts';
import { GrowingList, GrowingMap } from './lists-and-maps.ts';
import type { Code, Frame, Notes, Sites, Walk } from './frame.ts';
import { NOTHING_SPENT, type Spent } from './meter.ts';
import { Paused } from './paused.ts';
import { typeOfValue } from './type-of-value.ts';

interface Fold {
  readonly range: Code;
  readonly init: Code;
  readonly condition: Code;
  readonly step: Code;
  readonly result: Code;
  /** Slots. */
  readonly gathered: number;
  readonly first: number;
  readonly second: number;
  readonly hasTwo: boolean;
  /** Where it is noted how far it got, and what is noted within one step. */
  readonly site: number;
  readonly inner: Sites;
}

/** Goes through a list or the keys of a map as long as the condition holds. Errors may be gathered and lost again. */
export function fold(parts: Fold): Code {
  const { result, gathered, site } = parts;
  return frame => {
    const { notes, slots, meter } = frame;
    if (notes === undefined) {
      const walk = begun(parts, frame);
      if (walk instanceof CelError) return walk;
      takeSteps(parts, walk, frame);
    } else {
      const before = meter.spent;
      const rested = notes.walkAt(site);
      const walk = rested ?? begun(parts, frame);
      if (walk instanceof CelError) return walk;
      if (rested === undefined) notes.keepWalk(site, walk);
      else meter.count(rested.spent);
      notedSteps(parts, walk, before, rested !== undefined, frame, notes);
    }
    slots[gathered] = sealed(slots[gathered] ?? null);
    return result(frame);
  };
}

function begun({ range, init, gathered }: Fold, frame: Frame): Walk | CelError {
  const over = range(frame);
  if (over instanceof CelError) return over;
  const first = init(frame);
  frame.slots[gathered] = first;
  const isMap = over instanceof CelMap;
  if (!isMap && !(over instanceof CelList))
    return new CelError(`got '${printType(typeOfValue(over))}', expected iterable type`);
  return { over, keys: isMap ? over.keys() : undefined, index: 0, gathered: first, spent: NOTHING_SPENT };
}

const sealed = (value: CelResult): CelResult =>
  value instanceof GrowingList || value instanceof GrowingMap ? value.sealed() : value;

/** Up to the end; after a rest all begins anew. */
function takeSteps(parts: Fold, { over, keys }: Walk, frame: Frame): void {
  const { meter } = frame;
  const size = sizeOf(over, keys);
  for (let index = 0; index < size; index += 1) {
    if (meter.isTired) throw new Paused();
    setVariables(parts, over, keys, index, frame.slots);
    if (!takeStep(parts, frame)) return;
  }
}

/** The same after a rest: what is noted of the step that was interrupted is not forgotten. */
function notedSteps(parts: Fold, walk: Walk, before: Spent, hasRested: boolean, frame: Frame, notes: Notes): void {
  const { gathered, inner } = parts;
  const { meter, slots } = frame;
  const { over, keys } = walk;
  slots[gathered] = walk.gathered;
  const size = sizeOf(over, keys);
  for (let isInterrupted = hasRested; walk.index < size; isInterrupted = false) {
    if (!isInterrupted) {
      notes.forget(inner);
      walk.gathered = slots[gathered];
      walk.spent = meter.since(before);
      if (meter.isTired) throw new Paused();
    }
    setVariables(parts, over, keys, walk.index, slots);
    walk.index = takeStep(parts, frame) ? walk.index + 1 : size;
  }
  walk.gathered = sealed(slots[gathered]);
  walk.spent = meter.since(before);
}

const sizeOf = (over: CelResult, keys: Walk['keys']): number =>
  keys?.length ?? (over instanceof CelList ? over.size : 0);

function setVariables(
  { first, second, hasTwo }: Fold,
  over: CelResult,
  keys: Walk['keys'],
  index: number,
  slots: CelResult[],
): void {
  if (keys === undefined) {
    const item = over instanceof CelList ? over.at(index) : null;
    slots[first] = hasTwo ? BigInt(index) : item;
    if (hasTwo) slots[second] = item;
    return;
  }
  const key = keys[index] ?? null;
  slots[first] = key;
  if (hasTwo && over instanceof CelMap && !(key instanceof CelError)) slots[second] = over.get(key) ?? null;
}

function takeStep({ condition, step, gathered }: Fold, frame: Frame): boolean {
  if (condition(frame) === false) return false;
  frame.meter.step(1);
  frame.slots[gathered] = step(frame);
  return true;
}
