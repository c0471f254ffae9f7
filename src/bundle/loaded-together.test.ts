import { expect, it } from 'vitest';
import { loadedTogether } from './loaded-together.ts';

const IMPORTS: Readonly<Record<string, readonly string[]>> = {
  main: ['base'],
  server: ['shared', 'base'],
  agent: ['shared'],
  shared: ['base', 'more'],
  command: ['more'],
};

it('puts together what is loaded on the same occasions, with all it imports', () => {
  const occasions = { start: ['main'], server: ['server'], agent: ['agent', 'agent'] };
  expect(Object.fromEntries(loadedTogether(occasions, file => IMPORTS[file] ?? []))).toEqual({
    main: 'start',
    base: 'start-server-agent',
    server: 'server',
    shared: 'server-agent',
    more: 'server-agent',
    agent: 'agent',
  });
});

it('asks on which occasion a file is loaded, as some load more then', () => {
  const late = (file: string, occasion: string): readonly string[] => [
    ...(IMPORTS[file] ?? []),
    ...(occasion === 'command' && file === 'main' ? ['command'] : []),
  ];
  const together = loadedTogether({ start: ['main'], command: ['main'] }, late);
  expect(together.get('command')).toBe('command');
  expect(together.get('base')).toBe('start-command');
});

it('comes to an end where files import each other', () => {
  const around = loadedTogether({ start: ['a'] }, file => [file === 'a' ? 'b' : 'a']);
  expect([...around]).toEqual([
    ['a', 'start'],
    ['b', 'start'],
  ]);
});
