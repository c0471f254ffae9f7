import { expect, it } from 'vitest';
import { readLogLimits } from './log-limits.ts';

const read = (containerLogMaxSize: string, containerLogMaxFiles: number) =>
  readLogLimits({ containerLogMaxSize, containerLogMaxFiles });

it.each([
  ['10Mi', 5, 10 * 1024 ** 2],
  ['500k', 2, 500_000],
  ['0', 2, 1],
  ['-1', 2, 0],
])('%s in %i files are files of %i bytes', (size, maxFiles, maxBytes) => {
  expect(read(size, maxFiles)).toEqual({ maxBytes, maxFiles });
});

it.each([
  ['10Mi', 1, 'invalid MaxFiles 1, must be > 1'],
  ['10Mi', 5000, 'invalid MaxFiles 5000, must be <= 1000'],
  ['much', 5, 'failed to parse container log max size "much"'],
  ['1500m', 5, 'failed to parse container log max size "1500m": invalid max log size'],
])('%s in %i files is refused', (size, files, message) => {
  expect(() => read(size, files)).toThrow(message);
});
