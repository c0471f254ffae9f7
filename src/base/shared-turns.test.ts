import { describe, expect, it } from 'vitest';
import { SharedTurns } from './shared-turns.ts';

describe('shared turns', () => {
  it('serve everybody by a run that began after they asked, one at a time', async () => {
    const gates: PromiseWithResolvers<number>[] = [];
    const turns = new SharedTurns(() => {
      gates.push(Promise.withResolvers<number>());
      return gates.at(-1)?.promise ?? Promise.reject(new Error('no gate'));
    });
    const first = turns.take();
    const later = [turns.take(), turns.take()];
    expect(gates).toHaveLength(1);
    gates[0]?.resolve(1);
    expect(await first).toBe(1);
    await expect.poll(() => gates.length).toBe(2);
    const last = turns.take();
    gates[1]?.resolve(2);
    expect(await Promise.all(later)).toEqual([2, 2]);
    await expect.poll(() => gates.length).toBe(3);
    gates[2]?.resolve(3);
    expect(await last).toBe(3);
  });

  it('go on after one that failed', async () => {
    let runs = 0;
    const turns = new SharedTurns(async () => {
      runs += 1;
      if (runs === 1) throw new Error('first');
      return runs;
    });
    const [first, second] = await Promise.allSettled([turns.take(), turns.take()]);
    expect(first).toMatchObject({ status: 'rejected' });
    expect(second).toEqual({ status: 'fulfilled', value: 2 });
    expect(await turns.take()).toBe(3);
  });
});
