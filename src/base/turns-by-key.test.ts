import { expect, it } from 'vitest';
import { TurnsByKey } from './turns-by-key.ts';

it('lets one at a time work on a thing, in order, whatever becomes of those before, and keeps nothing', async () => {
  const turns = new TurnsByKey();
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = turns.take('a', async () => {
    order.push('a1');
    await gate.promise;
    order.push('a1 fails');
    throw new Error('no');
  });
  const second = turns.take('a', () => Promise.resolve(order.push('a2')));
  await turns.take('b', () => Promise.resolve(order.push('b')));
  gate.resolve();
  await expect(first).rejects.toThrow('no');
  await second;
  expect(order).toEqual(['a1', 'b', 'a1 fails', 'a2']);
  await Promise.resolve();
  await Promise.resolve();
  expect(turns.size).toBe(0);
});
