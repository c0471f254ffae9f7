import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { native } from '../../native/index.ts';
import { networkAbilities } from './network-abilities.ts';

const run = promisify(execFile);

it('tries what pod networks take and leaves neither link nor table on the machine', async () => {
  const traces = async () => ({
    tables: (await run('nft', ['list', 'tables'])).stdout,
    links: (await native().networkLinks(null)).map(({ name }) => name).filter(name => name.startsWith('probe')),
  });
  const before = await traces();
  expect((await networkAbilities(native(), [4, 6])).map(({ name, state }) => `${name}: ${state}`)).toEqual([
    'pod links: ok',
    'masquerading: ok',
    'network policies: ok',
  ]);
  expect(await traces()).toEqual(before);
});
