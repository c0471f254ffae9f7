import {
  DYN,
  STRING,
  listOf,
  objectOf,
  opaque,
  typeOf,
  type CelField,
  type CelFields,
  type CelType,
} from '../../../../src/cel/cel-type.ts';
import { JSON_PATCH_FUNCTIONS } from '../../../../src/cel/library/json-patch.ts';
import type { CelDeclarations } from '../../../../src/cel/program.ts';

const ROOT = 'Object';

/** Objects in the making may have any members: these are held against the kind once it is known. */
const ANY_FIELDS: CelFields = {
  get: property => ({ property, type: DYN }),
  [Symbol.iterator]: () => [][Symbol.iterator](),
};
const objectNamed = (name: string): CelType => objectOf(name, () => ANY_FIELDS);

/** Upstream gives a member that there is not a type of no name, which nothing fits. */
const NOTHING: CelType = opaque('');
const OPERATION: ReadonlyMap<string, CelType> = new Map([
  ['op', STRING],
  ['path', STRING],
  ['from', STRING],
  ['value', DYN],
]);
const JSON_PATCH = objectOf('JSONPatch', () => ({
  get: (property): CelField => ({ property, type: OPERATION.get(property) ?? NOTHING }),
  [Symbol.iterator]: () => [...OPERATION].map(([property, type]) => [property, { property, type }] as const).values(),
}));

/** What expressions that configure or patch come to. */
export const CONFIGURATION = objectNamed(ROOT);
export const JSON_PATCHES = listOf(JSON_PATCH);

/** What they may name besides: `Object`, what lies below it by the path to it, and `JSONPatch`. */
export const PATCH_NAMES: Pick<CelDeclarations, 'types' | 'functions'> = {
  types: {
    get: name =>
      name === 'JSONPatch'
        ? typeOf(JSON_PATCH)
        : name === ROOT || name.startsWith(`${ROOT}.`)
          ? typeOf(objectNamed(name))
          : undefined,
  },
  functions: JSON_PATCH_FUNCTIONS,
};
