import { expect, it } from 'vitest';
import { tokenAmong } from './token-among.ts';

it.each([
  ['none', ['--server', 'https://a:6443'], undefined, ['--server', 'https://a:6443']],
  [
    'as a word of its own',
    ['--server=s', '--token', 'K10a::b.c', '--verbose'],
    'K10a::b.c',
    ['--server=s', '--verbose'],
  ],
  ['behind a sign', ['--token=K10a::b=c', '--server=s'], 'K10a::b=c', ['--server=s']],
  ['twice', ['--token=a', '--token', 'b'], 'b', []],
  ['in a file', ['--token-file', '/t', '--token-file=/u'], undefined, ['--token-file', '/t', '--token-file=/u']],
])('finds a token among flags: %s', (_, flags, token, others) => {
  expect(tokenAmong(flags)).toEqual({ token, others });
});
