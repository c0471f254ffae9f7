import { describe, expect, it } from 'vitest';
import { differences, normalize } from './normalize.ts';

describe('answers beside each other', () => {
  it('forgets what is each server’s own, and shows whether it is there', () => {
    const one = { metadata: { uid: 'a', name: 'x', managedFields: [{ time: '1' }] }, spec: { clusterIP: '10.0.0.1' } };
    const other = { metadata: { uid: 'b', name: 'x', managedFields: [{ time: '2' }] }, spec: { clusterIP: 'None' } };
    expect(differences(normalize(one), normalize(other))).toEqual(['.spec.clusterIP: "<clusterIP>" | "None"']);
    expect(differences(normalize(one), normalize({ ...other, metadata: { name: 'x' } }))).toContain(
      '.metadata.uid: "<uid>" | absent',
    );
  });

  it('forgets in which second an owner was written down, and so before whom', () => {
    const entries = [
      { manager: 'm', operation: 'Update', subresource: 'status', time: '2' },
      { manager: 'm', operation: 'Update', time: '1' },
    ];
    const condition = { type: 'Ready', lastTransitionTime: '2026-01-01T00:00:00Z' };
    const one = { managedFields: entries, conditions: [condition] };
    const later = { ...condition, lastTransitionTime: '2026-01-01T00:00:01Z' };
    const other = { managedFields: entries.toReversed(), conditions: [later] };
    expect(differences(normalize(one), normalize(other))).toEqual([]);
    expect(differences(normalize(one), normalize({ ...other, managedFields: entries.slice(1) }))).toHaveLength(1);
  });

  it('forgets what a table shows of it', () => {
    const cells = ['a', '10.43.1.2', '80:30123/TCP', '2026-01-01T00:00:00Z', '5s', 3];
    expect(normalize({ cells })).toEqual({ cells: ['a', '<clusterIP>', '80:<nodePort>/TCP', '<time>', '<age>', 3] });
  });

  it('forgets revisions and times that messages repeat', () => {
    const told = (time: string, revision: number) => ({
      message: `patch: "{\\"time\\":\\"${time}\\",\\"resourceVersion\\":\\"${revision}\\"}" Too large resource version: 9, current: ${revision}`,
    });
    const [one, other] = [told('2026-01-01T00:00:00Z', 1), told('2026-01-01T00:00:01Z', 2)];
    expect(differences(normalize(one), normalize(other))).toEqual([]);
    expect(differences(normalize(one), normalize({ message: '' }))).toHaveLength(1);
  });

  it('tells the place of each difference, in lists too', () => {
    expect(differences({ a: [1, { b: null }] }, { a: [1, {}, 'c'] })).toEqual([
      '.a[1].b: null | absent',
      '.a[2]: absent | "c"',
    ]);
  });
});
