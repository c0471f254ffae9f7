import { describe, expect, it } from 'vitest';
import { Correlator, type Report } from './correlator.ts';

const report = (message: string, monotonicMs = 0, name = 'web'): Report => ({
  about: { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name, uid: `uid-${name}` },
  type: 'Normal',
  reason: 'Pulled',
  message,
  atMs: -monotonicMs,
  monotonicMs,
});

describe('Correlator', () => {
  it('counts equal events in the object first written', () => {
    const correlator = new Correlator({ component: 'kubelet' });
    const first = correlator.correlate(report('a'));
    expect(first).toMatchObject({ count: 1, known: undefined });
    correlator.remember(first?.series ?? '', { name: 'web.1', firstMs: 0, count: 1 });
    expect(correlator.correlate(report('a', 5))).toMatchObject({ count: 2, known: { name: 'web.1' } });
    expect(correlator.correlate(report('b', 5))).toMatchObject({ count: 1, known: undefined });
  });

  it('combines many that differ in their message only', () => {
    const correlator = new Correlator({ component: 'kubelet' });
    const messages = Array.from({ length: 12 }, (_, i) => correlator.correlate(report(`m${i}`))?.message);
    expect(messages[8]).toBe('m8');
    expect(messages[9]).toBe('(combined from similar events): m9');
    expect(correlator.correlate(report('later', 700_000))?.message).toBe('later');
  });

  it('lets 25 at once through for one object, then one every five minutes', () => {
    const correlator = new Correlator({ component: 'kubelet' });
    const told = (count: number, atMs: number, name?: string): number =>
      Array.from({ length: count }, () => correlator.correlate(report('a', atMs, name))).filter(Boolean).length;
    expect(told(40, 0)).toBe(25);
    expect(told(5, 0, 'other')).toBe(5);
    expect(told(5, 300_000)).toBe(1);
  });
});
