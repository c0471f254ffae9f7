import type { CelType, Typed, ValueOf } from './cel-type.ts';
import {
  CelError,
  CelList,
  CelMap,
  CelOpaque,
  CelOptional,
  CelTypeValue,
  type CelResult,
  type CelValue,
} from './cel-value.ts';
import { CelDuration, CelTimestamp, CelUint } from './cel-value.ts';
import type { LongCall } from './long-call.ts';
import type { Meter } from './meter.ts';

/** What may be called, with the forms it has. */
export interface CelFunction {
  readonly name: string;
  readonly overloads: readonly Overload[];
}

export interface Overload {
  readonly id: string;
  /** Of a method the first is what it is called on. */
  readonly args: readonly CelType[];
  readonly result: CelType;
  readonly isMember: boolean;
  /** What takes long where its arguments are large goes in steps. */
  readonly run: (args: readonly CelValue[], meter: Meter) => CelResult | LongCall;
}

type Values<A> = { [K in keyof A]: ValueOf<A[K]> };
type Run<A extends readonly CelType[]> = (args: Values<A>, meter: Meter) => CelResult | LongCall;

const overload =
  (isMember: boolean) =>
  <const A extends readonly Typed<unknown>[]>(id: string, args: A, result: CelType, run: Run<A>): Overload => ({
    id,
    args,
    result,
    isMember,
    // Called with values of its types alone: `fits` is asked before.
    run: run as unknown as Overload['run'],
  });

/** `f(a, b)`. */
export const plain = overload(false);
/** `a.f(b)`. */
export const member = overload(true);

export const func = (name: string, ...overloads: readonly Overload[]): CelFunction => ({ name, overloads });

/** Functions by name; those of the same name in several libraries are one. */
export function functionsOf(libraries: readonly (readonly CelFunction[])[]): ReadonlyMap<string, CelFunction> {
  const functions = new Map<string, CelFunction>();
  for (const { name, overloads } of libraries.flat()) {
    functions.set(name, { name, overloads: [...(functions.get(name)?.overloads ?? []), ...overloads] });
  }
  return functions;
}

/** Whether a value may be given where a type is declared; of items only the first is looked at. */
export function fits(value: CelValue, type: CelType): boolean {
  switch (type.kind) {
    case 'dyn':
    case 'param':
    case 'error':
      return true;
    case 'null':
      return value === null;
    case 'bool':
      return typeof value === 'boolean';
    case 'int':
      return typeof value === 'bigint';
    case 'double':
      return typeof value === 'number';
    case 'string':
      return typeof value === 'string';
    case 'uint':
      return value instanceof CelUint;
    case 'bytes':
      return value instanceof Uint8Array;
    case 'duration':
      return value instanceof CelDuration;
    case 'timestamp':
      return value instanceof CelTimestamp;
    case 'type':
      return value instanceof CelTypeValue;
    case 'list':
      return value instanceof CelList && (value.size === 0 || fitsResult(value.at(0), type.params[0]));
    case 'map':
      return value instanceof CelMap;
    default:
      return fitsNamed(value, type);
  }
}

const fitsResult = (value: CelResult, type: CelType | undefined): boolean =>
  type === undefined || value instanceof CelError || fits(value, type);

function fitsNamed(value: CelValue, { name }: CelType): boolean {
  if (value instanceof CelOptional) return name === 'optional_type';
  return value instanceof CelOpaque
    ? value.type.name === name
    : value instanceof CelMap && value.declared?.name === name;
}
