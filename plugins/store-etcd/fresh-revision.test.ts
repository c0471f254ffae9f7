import { expect, it } from 'vitest';
import { FreshRevision } from './fresh-revision.ts';

function questions(): { readonly fresh: FreshRevision; readonly answers: ((revision: number | Error) => void)[] } {
  const answers: ((revision: number | Error) => void)[] = [];
  const fresh = new FreshRevision(
    () =>
      new Promise((resolve, reject) => {
        answers.push(answer => (answer instanceof Error ? reject(answer) : resolve(answer)));
      }),
  );
  return { fresh, answers };
}

it('lets nobody have the answer to a question that was asked before, and all who wait have the next', async () => {
  const { fresh, answers } = questions();
  const first = fresh.get();
  const later = [fresh.get(), fresh.get(), fresh.get()];
  expect(answers).toHaveLength(1);
  answers[0]?.(5);
  expect(await first).toBe(5);
  await new Promise(resolve => void setImmediate(resolve));
  expect(answers).toHaveLength(2);
  const last = fresh.get();
  answers[1]?.(7);
  expect(await Promise.all(later)).toEqual([7, 7, 7]);
  await new Promise(resolve => void setImmediate(resolve));
  answers[2]?.(8);
  expect(await last).toBe(8);
});

it('asks again after a question that failed', async () => {
  const { fresh, answers } = questions();
  const [first, second] = [fresh.get(), fresh.get()];
  answers[0]?.(new Error('away'));
  await expect(first).rejects.toThrow('away');
  await new Promise(resolve => void setImmediate(resolve));
  answers[1]?.(3);
  expect(await second).toBe(3);
});
