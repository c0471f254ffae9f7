import { expect, it } from 'vitest';
import { watchLines } from './watch-lines.ts';

async function linesOf(chunks: readonly string[], maxBytes = 100): Promise<readonly string[]> {
  const bytes = (async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk, 'latin1');
  })();
  return Array.fromAsync(watchLines(bytes, maxBytes));
}

it.each([
  ['whole lines', ['a\nb\n'], ['a', 'b']],
  ['a line in pieces', ['a', 'b', 'c\nd', '\n'], ['abc', 'd']],
  ['a letter in two pieces', ['\xc3', '\xa4\n'], ['ä']],
  ['an end in the middle', ['a\nb'], ['a']],
])('reads %s', async (_, chunks, lines) => {
  expect(await linesOf(chunks)).toEqual(lines);
});

it.each([[['12345\n']], [['123', '45\n']], [['123', '45']]])('refuses a line that is too long: %j', async chunks => {
  await expect(linesOf(chunks, 4)).rejects.toMatchObject({ reason: 'InternalError' });
});
