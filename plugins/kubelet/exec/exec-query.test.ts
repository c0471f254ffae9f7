import { expect, it } from 'vitest';
import { parseExecQuery, parseStreamQuery } from './exec-query.ts';

it.each([
  ['stdout=true&stderr=true', { stdin: false, stdout: true, stderr: true, tty: false }],
  ['stdin=1&stdout=1&container=main', { stdin: true, stdout: true, stderr: false, tty: false, container: 'main' }],
  ['stdin=true&stdout=true&stderr=true&tty=true', { stdin: true, stdout: true, stderr: false, tty: true }],
])('reads of %s which streams there are; a terminal has no second output', (query, streams) => {
  expect(parseStreamQuery(new URLSearchParams(query))).toEqual({ container: '', ...streams });
});

it.each([['tty=true'], ['stderr=true&tty=true']])('refuses %s: there is nothing to stream', query => {
  expect(() => parseStreamQuery(new URLSearchParams(query))).toThrow('at least 1 of stdin, stdout, stderr');
});

it('refuses to run no command', () => {
  expect(() => parseExecQuery(new URLSearchParams('stdout=true'))).toThrow('at least one command');
});
