import { describe, expect, it } from 'vitest';
import { definePlugin, serviceRef } from '../kernel/plugin.ts';
import { strandedAmong, strandedMessage } from './stranded-plugins.ts';

const pods = serviceRef<string>('pods');
const traffic = serviceRef<string>('traffic');
const store = serviceRef<string>('store');
const network = definePlugin({ name: 'network', provides: [pods] });
const policies = definePlugin({ name: 'policies', needs: { pods, store }, provides: [traffic] });
const proxy = definePlugin({ name: 'proxy', needs: { traffic } });
const keeper = definePlugin({ name: 'keeper', provides: [store] });
const loose = definePlugin({ name: 'loose' });

describe('plugins are stranded', () => {
  it.each([
    ['by nobody where all is provided', [proxy, policies, network, keeper, loose], []],
    ['by what they need', [network, keeper, proxy], [proxy]],
    ['by what those need that they need', [proxy, policies, keeper, loose], [proxy, policies]],
    ['no more where another provides the same', [{ name: 'other', provides: [pods] }, policies, keeper], []],
  ])('%s', (_, plugins, stranded) => {
    expect(strandedAmong(plugins)).toEqual(stranded);
  });

  it.each([
    [
      [loose, network],
      'without network nothing provides pods: add --disable policies --disable proxy, or a plugin that does',
    ],
    [
      [network, keeper],
      'without network and keeper nothing provides pods and store: add --disable policies --disable proxy, or a plugin that does',
    ],
    [[loose], undefined],
  ])('with a word on what to type, case %#', (disabled, message) => {
    expect(strandedMessage([policies, proxy], disabled)).toBe(message);
  });
});
