import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDeepEqual } from '../base/deep-equal.ts';
import { isRecord } from '../base/is-record.ts';
import { dnsLabelProblems } from '../base/dns-label.ts';
import { pathSegmentProblems } from '../base/path-segment.ts';
import * as s from '../schema/schema.ts';
import { schemaAndValues } from '../schema/testing/any-schema.ts';
import { fieldErrorBody, invalid, notSupported, type FieldError } from './field-error.ts';
import type { ObjectMeta } from './object-meta.ts';
import { immutableFieldErrors, validateFields } from './validate-fields.ts';
import { validateFieldManager, validateMetadata, validateMetadataUpdate } from './validate-metadata.ts';

const say = (errors: readonly FieldError[]): readonly string[] =>
  errors.map(error => `${error.field}: ${fieldErrorBody(error)}`);

describe('validateFields', () => {
  const { node } = s.object({
    name: s.string(),
    policy: s.oneOf('Never', 'Always').whenEmpty('Always'),
    count: s.int32().min(0).optional(),
    port: s.int32().min(1).max(65535).optional(),
    items: s.list(s.object({ key: s.string() })),
    tags: s.list(s.string()).optional(),
    fixed: s.string().immutable().optional(),
    noted: s.string().zero(),
  });
  const good = { name: 'a', policy: 'Never', items: [{ key: 'k' }], tags: [''], noted: '' };

  it.each([
    [{}, []],
    [{ name: '' }, ['name: Required value']],
    [{ name: undefined }, ['name: Required value']],
    [{ policy: 'Often' }, ['policy: Unsupported value: "Often": supported values: "Never", "Always"']],
    [{ count: -1 }, ['count: Invalid value: -1: must be greater than or equal to 0']],
    [{ port: 70000 }, ['port: Invalid value: 70000: must be between 1 and 65535, inclusive']],
    [{ items: [] }, ['items: Required value']],
    [{ items: [{ key: 'a' }, {}] }, ['items[1].key: Required value']],
  ])('%j', (change, errors) => {
    expect(say(validateFields(node, { ...good, ...change }, ''))).toEqual(errors);
  });

  it('refuses a change of what is immutable', () => {
    const old = { ...good, fixed: 'a' };
    expect(say(immutableFieldErrors(node, { ...good, fixed: 'b' }, old, 'spec'))).toEqual([
      'spec.fixed: Invalid value: "b": field is immutable',
    ]);
    expect(immutableFieldErrors(node, { ...old }, old, 'spec')).toEqual([]);
  });
});

const meta = (metadata: object): ObjectMeta => metadata as ObjectMeta;
const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

describe('validateMetadata', () => {
  it.each<[object, readonly string[], ((name: string) => readonly string[])?]>([
    [{ name: 'a.b' }, []],
    [{}, ['metadata.name: Required value: name or generateName is required']],
    [{ name: 'A' }, [`metadata.name: Invalid value: "A": ${SUBDOMAIN}`]],
    [{ name: 'A' }, [`metadata.name: Invalid value: "A": ${LABEL}`], dnsLabelProblems],
    [{ name: 'a.b' }, ['metadata.name: Invalid value: "a.b": must not contain dots'], dnsLabelProblems],
    [{ name: 'a/b' }, [`metadata.name: Invalid value: "a/b": may not contain '/'`], pathSegmentProblems],
    [{ name: 'system:node' }, [], pathSegmentProblems],
    [{ name: 'a-b', generateName: 'a-' }, []],
    [
      { name: 'a', labels: { 'a b': '' } },
      [expect.stringContaining('metadata.labels: Invalid value: "a b": name part')],
    ],
    [
      { name: 'a', annotations: { a: 'x'.repeat(262_144) } },
      ['metadata.annotations: Too long: may not be more than 262144 bytes'],
    ],
    [{ name: 'a', finalizers: ['orphan', 'foregroundDeletion'] }, [expect.stringContaining('cannot be both set')]],
    [
      { name: 'a', ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: '', uid: 'u' }] },
      ['metadata.ownerReferences.name: Invalid value: "": must not be empty'],
    ],
  ])('%j', (metadata, errors, nameProblems) => {
    const rules = { scope: 'Namespaced' as const, ...(nameProblems === undefined ? {} : { nameProblems }) };
    expect(say(validateMetadata(rules, meta({ namespace: 'default', ...metadata })))).toEqual(errors);
  });

  it('knows the scope', () => {
    expect(say(validateMetadata({ scope: 'Cluster' }, meta({ name: 'a', namespace: 'b' })))).toEqual([
      'metadata.namespace: Forbidden: not allowed on this type',
    ]);
    expect(say(validateMetadata({ scope: 'Namespaced' }, meta({ name: 'a' })))).toEqual([
      'metadata.namespace: Required value',
    ]);
  });
});

it('keeps what may not change', () => {
  const old = { name: 'a', uid: 'u', resourceVersion: '1', creationTimestamp: 't', deletionTimestamp: 'd' };
  expect(say(validateMetadataUpdate(meta({ ...old, uid: 'v', finalizers: ['x/y'] }), meta(old)))).toEqual([
    'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"x/y"}',
    'metadata.uid: Invalid value: "v": field is immutable',
  ]);
});

it('wants field managers printable', () => {
  expect(say(validateFieldManager('a\u0007', 'fieldManager'))).toEqual([
    'fieldManager: Invalid value: "a\\u0007": invalid character U+0007 (at position 1)',
  ]);
});

describe('validateFields of any schema', () => {
  it('says what a plain walk says, in the same order', () => {
    fc.assert(
      fc.property(schemaAndValues, ([schema, value]) => {
        expect(validateFields(schema, value, 'at')).toEqual(plainly(schema, value, 'at'));
      }),
      { numRuns: 2000 },
    );
  });
});

/** The rules of `validateFields`, for every property of the schema. */
function plainly(schema: s.Node, value: unknown, path: string, isItem = false): readonly FieldError[] {
  const { meta, kind } = schema;
  const isEmpty =
    value === undefined ||
    value === null ||
    (kind === 'list' ? isDeepEqual(value, []) : value === '' && !isWhole(kind));
  if (isEmpty && !isItem && meta.optional !== true && meta.default === undefined) {
    return [{ type: 'FieldValueRequired', field: path, detail: '' }];
  }
  const inner = (part: s.Node, item: unknown, at: string, isPart = true): readonly FieldError[] =>
    part.meta.byRule === true ? [] : plainly(part, item, at, isPart);
  if (schema.kind === 'list') {
    const { item } = schema;
    return Array.isArray(value) ? value.flatMap((part, index) => inner(item, part, `${path}[${index}]`)) : [];
  }
  if (schema.kind === 'map') {
    const { value: item } = schema;
    return isRecord(value) ? Object.entries(value).flatMap(([key, part]) => inner(item, part, `${path}[${key}]`)) : [];
  }
  if (schema.kind === 'object') {
    if (!isRecord(value)) return [];
    return Object.entries(schema.props).flatMap(([name, prop]) =>
      inner(prop, Object.hasOwn(value, name) ? value[name] : undefined, `${path}.${name}`, false),
    );
  }
  if (typeof value === 'string' && meta.enum !== undefined) {
    const isFine = meta.enum.includes(value) || (value === '' && meta.default === '');
    return isFine ? [] : [notSupported(path, value, meta.enum)];
  }
  const isOut = typeof value === 'number' && (value < (meta.min ?? value) || value > (meta.max ?? value));
  return isOut ? [invalid(path, value, rangeOf(meta))] : [];
}

const isWhole = (kind: s.Node['kind']): boolean => kind === 'object' || kind === 'map';

function rangeOf({ min, max }: s.Meta): string {
  if (min !== undefined && max !== undefined) return `must be between ${min} and ${max}, inclusive`;
  return min === undefined ? `must be less than or equal to ${max}` : `must be greater than or equal to ${min}`;
}
