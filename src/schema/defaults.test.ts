import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatQuantity, readQuantity } from '../base/quantity.ts';
import { formatMicroTime, formatTime, parseTimestamp } from '../base/timestamp.ts';
import { applyDefaults } from './defaults.ts';
import { boolean, bytes, int32, list, map, object, oneOf, quantity, string, time, type Node } from './schema.ts';
import { mixed, schemaAndValues } from './testing/any-schema.ts';
import { ZERO } from './zero-value.ts';

const item = object({ name: string(), protocol: oneOf('TCP', 'UDP').whenEmpty('TCP') });
const nested = object({ size: int32().default(3), note: string().omitEmpty() });
const { node } = object({
  items: list(item).omitEmpty(),
  nested: nested.present(),
  pointer: boolean().optional(),
  flag: boolean().omitEmpty(),
  limits: map(quantity()).omitEmpty(),
  at: time().omitEmpty(),
  secret: map(bytes()).omitEmpty(),
  count: int32().zero(),
});
const of = (value: unknown): unknown => applyDefaults(node, value);

describe('applyDefaults', () => {
  it('fills what is missing, nested structs included', () => {
    expect(of({})).toEqual({ nested: { size: 3 }, count: 0 });
    expect(of({ items: [{ name: 'a' }, { name: 'b', protocol: 'UDP' }, { name: 'c', protocol: '' }] })).toMatchObject({
      items: [{ protocol: 'TCP' }, { protocol: 'UDP' }, { protocol: 'TCP' }],
    });
  });

  it('reads what is required and left out as empty, for rules to refuse', () => {
    const required = object({ name: string(), items: list(item), labels: map(string()), one: oneOf('a') }).node;
    expect(applyDefaults(required, {})).toEqual({ name: '', items: [], labels: {}, one: '' });
  });

  it('drops null and what is empty, but not behind a pointer', () => {
    const empty = { items: [], flag: false, limits: {}, at: null, pointer: false, nested: { note: '', size: 0 } };
    expect(of(empty)).toEqual({ pointer: false, nested: { size: 0 }, count: 0 });
  });

  it('drops what is empty once its members are dropped', () => {
    const inner = object({ at: time().omitEmpty() }).omitEmpty();
    const outer = object({ inner: object({ inner }).omitEmpty() }).node;
    expect(applyDefaults(outer, { inner: { inner: { at: null } } })).toEqual({});
  });

  it('writes quantities and times canonically', () => {
    expect(of({ limits: { cpu: 0.5, memory: '1024Mi' }, at: '2026-01-02T03:04:05.6+01:00' })).toMatchObject({
      limits: { cpu: '500m', memory: '1Gi' },
      at: '2026-01-02T02:04:05Z',
    });
  });

  it('shares what it does not change', () => {
    const whole = Object.freeze({ items: [{ name: 'a', protocol: 'TCP' }], nested: { size: 1 }, count: 2, other: 1 });
    expect(of(whole)).toBe(whole);
    const part = { ...whole, flag: false };
    expect((of(part) as typeof whole).items).toBe(whole.items);
  });

  it('leaves wrong types and unknown fields to others', () => {
    expect(of({ items: 'x', nested: 4, count: 'y', limits: { cpu: 'much' }, at: 'now', more: null })).toEqual({
      items: 'x',
      nested: 4,
      count: 'y',
      limits: { cpu: 'much' },
      at: 'now',
      more: null,
    });
  });

  it('keeps keys that are dangerous elsewhere', () => {
    const limits = JSON.parse('{"__proto__":"1000m","constructor":"2"}') as Record<string, string>;
    const { limits: after } = of({ limits }) as { limits: Record<string, string> };
    expect(Object.entries(after)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
  });
});

describe('applyDefaults of any schema', () => {
  it('says what a plain walk says, in the same order', () => {
    fc.assert(
      fc.property(schemaAndValues, ([schema, value]) => {
        const before = JSON.stringify(value);
        expect(shown(applyDefaults(schema, value))).toBe(shown(plainly(schema, value)));
        expect(JSON.stringify(value)).toBe(before);
      }),
      { numRuns: 2000 },
    );
  });

  it('says no less for passing over what was settled', () => {
    fc.assert(
      fc.property(schemaAndValues, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (given, picks) => {
        const [schema, value, other] = given;
        const settled = applyDefaults(schema, value);
        const next = mixed(settled, other, picks);
        expect(shown(applyDefaults(schema, next, settled))).toBe(shown(plainly(schema, next)));
      }),
      { numRuns: 2000 },
    );
  });
});

/** With its order, and members that are there without a value. */
const shown = (value: unknown): string | undefined =>
  JSON.stringify(value, (_key, part: unknown) => (part === undefined ? 'nothing' : part));

/** The rules of `applyDefaults`, one after the other for every property of the schema. */
function plainly(schema: Node, value: unknown, isItem = false): unknown {
  const { meta, kind } = schema;
  if (isItem) return inside(schema, value === null && kind !== 'json' ? EMPTY[kind] : value);
  if (value !== undefined && value !== null && !(meta.omitEmpty === true && isNothing(value))) {
    const within = inside(schema, value);
    if (!(meta.omitEmpty === true && isNothing(within))) return within;
  }
  if (meta.default !== undefined) return inside(schema, meta.default);
  return meta.optional !== true && (kind === 'string' || kind === 'list' || kind === 'map') ? EMPTY[kind] : undefined;
}

const EMPTY = { ...ZERO, bytes: '', object: {}, map: {}, list: [] };
const isNothing = (value: unknown): boolean =>
  typeof value === 'object' && value !== null
    ? Object.keys(value).length === 0
    : value === '' || value === 0 || value === false;

function inside(schema: Node, value: unknown): unknown {
  if (schema.kind === 'list') return Array.isArray(value) ? value.map(part => plainly(schema.item, part, true)) : value;
  if (schema.kind === 'quantity') return readable(value) ?? value;
  if (schema.kind === 'time' || schema.kind === 'microTime') {
    const moment = typeof value === 'string' ? parseTimestamp(value) : undefined;
    return moment === undefined ? value : schema.kind === 'time' ? formatTime(moment) : formatMicroTime(moment);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = new Map<string, unknown>(Object.entries(value));
  if (schema.kind === 'map') for (const [key, part] of members) members.set(key, plainly(schema.value, part, true));
  if (schema.kind !== 'object') return Object.fromEntries(members);
  for (const [name, prop] of Object.entries(schema.props)) {
    const before = members.get(name);
    const after = plainly(prop, before);
    if (after !== undefined) members.set(name, after);
    else if (before !== undefined) members.delete(name);
  }
  return Object.fromEntries(members);
}

function readable(value: unknown): string | undefined {
  const amount = readQuantity(typeof value === 'number' ? String(value) : value);
  return amount === undefined ? undefined : formatQuantity(amount);
}
