import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isRecord } from '../base/is-record.ts';
import * as s from './schema.ts';
import { schemaAndValues } from './testing/any-schema.ts';
import { typeError } from './type-error.ts';

const container = s.object({ name: s.string(), port: s.int32() }).named('io.k8s.api.core.v1.Container');
const { node } = s
  .object({
    spec: s
      .object({
        containers: s.list(container),
        hostNetwork: s.boolean(),
        labels: s.map(s.string()),
        cpu: s.quantity(),
        at: s.time(),
        data: s.map(s.bytes()),
        target: s.intOrString(),
      })
      .named('io.k8s.api.core.v1.PodSpec'),
  })
  .named('io.k8s.api.core.v1.Pod');

it.each<[unknown, string | undefined]>([
  [{ hostNetwork: 'yes' }, 'json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool'],
  [
    { containers: {} },
    'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container',
  ],
  [
    { containers: [{ name: 1 }] },
    'json: cannot unmarshal number into Go struct field Container.spec.containers.name of type string',
  ],
  [
    { containers: [{ port: 1.5 }] },
    'json: cannot unmarshal number 1.5 into Go struct field Container.spec.containers.port of type int32',
  ],
  [
    { containers: [{ port: 4294967296 }] },
    'json: cannot unmarshal number 4294967296 into Go struct field Container.spec.containers.port of type int32',
  ],
  [{ labels: { a: true } }, 'json: cannot unmarshal bool into Go struct field PodSpec.spec.labels of type string'],
  [{ cpu: 'much' }, "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
  [{ cpu: '1zi' }, "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
  [{ cpu: '1Kk' }, "unable to parse quantity's suffix"],
  [{ at: 'now' }, 'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"'],
  [{ data: { a: '!' } }, 'illegal base64 data at input byte 0'],
  [{ data: { a: 'QQ=' } }, 'illegal base64 data at input byte 2'],
  [{ data: { a: 'QQ==' }, target: '5%', cpu: 1, at: '2026-01-02T03:04:05Z', labels: null }, undefined],
])('%j', (spec, error) => {
  expect(typeError(node, { spec })).toBe(error);
});

it('says what a plain walk says, of any schema', () => {
  fc.assert(
    fc.property(schemaAndValues, ([schema, value]) => {
      expect(typeError(schema, value)).toBe(plainly(schema, value, { struct: '', path: '' }));
    }),
    { numRuns: 2000 },
  );
});

interface Place {
  readonly struct: string;
  readonly path: string;
}

/** The first complaint about a part on its own, told with its place. */
function plainly(schema: s.Node, value: unknown, place: Place): string | undefined {
  if (value === undefined || value === null) return undefined;
  for (const [part, item, where] of partsOf(schema, value, place)) {
    const wrong = plainly(part, item, where);
    if (wrong !== undefined) return wrong;
  }
  const alone = isWhole(schema, value) ? undefined : typeError(schema, value);
  if (place.struct === '' || schema.kind === 'time' || schema.kind === 'microTime') return alone;
  return alone?.replace('into Go value of', `into Go struct field ${place.struct}.${place.path} of`);
}

const isWhole = ({ kind }: s.Node, value: unknown): boolean =>
  kind === 'list' ? Array.isArray(value) : (kind === 'object' || kind === 'map') && isRecord(value);

function partsOf(schema: s.Node, value: unknown, place: Place): readonly (readonly [s.Node, unknown, Place])[] {
  if (schema.kind === 'list' && Array.isArray(value)) return value.map(item => [schema.item, item, place] as const);
  if (!isRecord(value)) return [];
  const entries = Object.entries(value);
  if (schema.kind === 'map') return entries.map(([, item]) => [schema.value, item, place] as const);
  if (schema.kind !== 'object') return [];
  const struct = schema.meta.name === undefined ? 'Object' : 'Pod';
  return entries.flatMap(([key, item]) => {
    const prop = Object.hasOwn(schema.props, key) ? schema.props[key] : undefined;
    const path = place.path === '' ? key : `${place.path}.${key}`;
    return prop === undefined ? [] : [[prop, item, { struct, path }] as const];
  });
}
