import { describe, expect, it } from 'vitest';
import { applyDefaults } from './defaults.ts';
import { boolean, bytes, int32, list, map, object, oneOf, quantity, string, time } from './schema.ts';

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
