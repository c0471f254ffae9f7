import { readDuration, readTimestamp } from '../cel-time.ts';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  NULL,
  STRING,
  TIMESTAMP,
  UINT,
  listOf,
  mapOf,
  opaque,
  typeOf,
  type CelType,
} from '../cel-type.ts';
import { CelUint, type CelResult, type CelValue } from '../cel-value.ts';
import { EntryMap, ItemList, keyOf, type Key } from '../lists-and-maps.ts';

/** A test of the official suite, as its package has it: messages of protobuf in their JSON form. */
export interface Vector {
  readonly suite: string;
  readonly section: string;
  readonly name: string;
  readonly expr: string;
  readonly test: VectorTest;
}

interface VectorTest {
  readonly name?: string;
  readonly expr: string;
  readonly disableMacros?: boolean;
  readonly disableCheck?: boolean;
  readonly container?: string;
  readonly typeEnv?: readonly { readonly name: string; readonly ident?: { readonly type: Json } }[];
  readonly bindings?: Readonly<Record<string, { readonly value: Json }>>;
  readonly value?: Json;
  readonly evalError?: Json;
  readonly anyEvalErrors?: Json;
  readonly typedResult?: { readonly result?: Json; readonly deducedType?: Json };
}
type Json = Readonly<Record<string, unknown>>;

interface VectorSuite {
  readonly name: string;
  readonly suites?: readonly VectorSuite[];
  readonly tests?: readonly { readonly original: VectorTest; readonly error?: string }[];
}

/** Named at run time, so that the compiler does not need the package. */
const PACKAGE: string = '@bufbuild/cel-spec/testdata';

export async function loadSuite(name: 'conformance' | 'comprehension' | 'parsing'): Promise<VectorSuite> {
  const { tests } = (await import(`${PACKAGE}/${name}.js`)) as { readonly tests: VectorSuite };
  return tests;
}

export async function loadVectors(): Promise<readonly Vector[]> {
  const { suites = [] } = await loadSuite('conformance');
  return suites.flatMap(suite =>
    (suite.suites ?? []).flatMap(section =>
      (section.tests ?? []).map(({ original }) => ({
        suite: suite.name,
        section: section.name,
        name: original.name ?? original.expr,
        expr: original.expr,
        test: original,
      })),
    ),
  );
}

const PRIMITIVES: Readonly<Record<string, CelType>> = {
  INT64: INT,
  UINT64: UINT,
  DOUBLE,
  STRING,
  BOOL,
  BYTES,
  DURATION,
  TIMESTAMP,
  ANY: DYN,
};

/** The one member of a message that holds one of several: as text, and as a message. */
function only(json: Json): { readonly kind: string; readonly text: string; readonly of: Json } {
  const [kind, of] = Object.entries(json)[0] as [string, Json];
  return { kind, of, text: typeof of === 'string' ? of : JSON.stringify(of) };
}

/** Undefined for messages of protobuf, which Kubernetes has none of. */
export function readType(json: Json | undefined): CelType | undefined {
  if (json === undefined) return DYN;
  const { kind, of, text } = only(json);
  switch (kind) {
    case 'primitive':
    case 'wellKnown':
      return PRIMITIVES[text];
    case 'dyn':
      return DYN;
    case 'null':
      return NULL;
    case 'listType': {
      const item = readType(of['elemType'] as Json | undefined);
      return item && listOf(item);
    }
    case 'mapType': {
      const [key, value] = [readType(of['keyType'] as Json), readType(of['valueType'] as Json)];
      return key && value && mapOf(key, value);
    }
    case 'type':
      return typeOf();
    case 'abstractType': {
      const params = ((of['parameterTypes'] ?? []) as readonly Json[]).map(readType);
      return params.every(param => param !== undefined) ? opaque(String(of['name']), ...params) : undefined;
    }
    default:
      return undefined;
  }
}

/** The name of a type where that is the value; undefined for messages of protobuf. */
export function readValue(json: Json): CelResult | { readonly typeName: string } | undefined {
  const { kind, of: value, text } = only(json);
  switch (kind) {
    case 'int64Value':
      return BigInt(text);
    case 'uint64Value':
      return new CelUint(BigInt(text));
    case 'doubleValue':
      return Number(text);
    case 'stringValue':
      return text;
    case 'boolValue':
      return text === 'true';
    case 'nullValue':
      return null;
    case 'bytesValue':
      return new Uint8Array(Buffer.from(text, 'base64'));
    case 'typeValue':
      return { typeName: text };
    case 'listValue': {
      const items = ((value['values'] ?? []) as readonly Json[]).map(plainValue);
      return items.every(item => item !== undefined) ? new ItemList(items) : undefined;
    }
    case 'mapValue':
      return readMap((value['entries'] ?? []) as readonly { readonly key: Json; readonly value: Json }[]);
    case 'objectValue':
      return readMessage(value);
    default:
      return undefined;
  }
}

function plainValue(json: Json): CelValue | undefined {
  const value = readValue(json);
  return typeof value === 'object' && value !== null && 'typeName' in value
    ? undefined
    : (value as CelValue | undefined);
}

function readMap(entries: readonly { readonly key: Json; readonly value: Json }[]): CelValue | undefined {
  const map = new Map<Key, readonly [CelValue, CelValue]>();
  for (const entry of entries) {
    const [key, value] = [plainValue(entry.key), plainValue(entry.value)];
    if (key === undefined || value === undefined) return undefined;
    map.set(keyOf(key) ?? '', [key, value]);
  }
  return new EntryMap(map);
}

function readMessage(value: Json): CelValue | undefined {
  const [type, text] = [String(value['@type']), String(value['value'])];
  if (type.endsWith('google.protobuf.Duration')) return readDuration(text);
  return type.endsWith('google.protobuf.Timestamp') ? readTimestamp(text) : undefined;
}
