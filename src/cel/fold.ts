import { CelError, CelList, CelMap, type CelResult } from './cel-value.ts';
import { GrowingList, GrowingMap } from './collections.ts';
import type { Code, Frame } from './frame.ts';
import { typeOfValue } from './type-of-value.ts';
import { printType } from './cel-type.ts';

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
}

/** Goes through a list or the keys of a map as long as the condition holds. Errors may be gathered and lost again. */
export function fold(parts: Fold): Code {
  const { range, init, result, gathered } = parts;
  return frame => {
    const over = range(frame);
    if (over instanceof CelError) return over;
    frame.slots[gathered] = init(frame);
    const problem = over instanceof CelList ? overList(parts, over, frame) : overMap(parts, over, frame);
    if (problem !== undefined) return problem;
    frame.slots[gathered] = sealed(frame.slots[gathered] ?? null);
    return result(frame);
  };
}

const sealed = (value: CelResult): CelResult =>
  value instanceof GrowingList || value instanceof GrowingMap ? value.sealed() : value;

function overList(parts: Fold, list: CelList, frame: Frame): undefined {
  const { slots } = frame;
  for (let index = 0; index < list.size; index += 1) {
    const item = list.at(index);
    slots[parts.first] = parts.hasTwo ? BigInt(index) : item;
    if (parts.hasTwo) slots[parts.second] = item;
    if (!oneStep(parts, frame)) return;
  }
}

function overMap(parts: Fold, map: CelResult, frame: Frame): CelError | undefined {
  if (map instanceof CelError || !(map instanceof CelMap)) {
    if (map instanceof CelError) return map;
    return new CelError(`got '${printType(typeOfValue(map))}', expected iterable type`);
  }
  for (const key of map.keys()) {
    frame.slots[parts.first] = key;
    if (parts.hasTwo) frame.slots[parts.second] = map.get(key) ?? null;
    if (!oneStep(parts, frame)) return undefined;
  }
  return undefined;
}

function oneStep({ condition, step, gathered }: Fold, frame: Frame): boolean {
  if (condition(frame) === false) return false;
  frame.meter.step(1);
  frame.slots[gathered] = step(frame);
  return true;
}
