import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { remedies } from './host-firewall.ts';

describe('a host that drops what it forwards', () => {
  it('lets pods through by two rules at the end of its chain, put back after a reload and taken away at the end', async () => {
    const script = join(import.meta.dirname, 'testing', 'behind-firewall.ts');
    const { stdout } = await promisify(execFile)('unshare', ['--net', process.execPath, script], { timeout: 60_000 });
    const found = JSON.parse(stdout) as Found;
    const ours = [
      expect.stringMatching(/^-A FORWARD -i tp[0-9a-f]{6}\+ .*-j ACCEPT$/),
      expect.stringMatching(/^-A FORWARD -o tp[0-9a-f]{6}\+ .*-j ACCEPT$/),
    ];
    const policy = '-P FORWARD DROP';
    expect(found.before).toEqual({ answer: 'hello', rules: [policy, '-A FORWARD -j DOCKER-USER', ...ours] });
    expect(found.again).toEqual(found.before.rules);
    expect(found.reloaded).toEqual({ answer: 'hello', rules: [policy, ...ours] });
    expect(found.refused).toBe('ECONNREFUSED');
    expect(found.after).toEqual([policy]);
  });
});

interface Found {
  readonly before: { readonly answer: string; readonly rules: readonly string[] };
  readonly again: readonly string[];
  readonly reloaded: { readonly answer: string; readonly rules: readonly string[] };
  readonly refused: string;
  readonly after: readonly string[];
}

describe('what is to be typed for a chain that is not looked after', () => {
  it.each([
    [{ family: 'ip', table: 'filter', chain: 'FORWARD' }, []],
    [
      { family: 'inet', table: 'mine', chain: 'routed' },
      [
        'nft insert rule inet mine routed iifname "tpX*" accept',
        'nft insert rule inet mine routed oifname "tpX*" accept',
      ],
    ],
    [
      { family: 'legacy', table: 'filter', chain: 'FORWARD' },
      ['iptables-legacy -I FORWARD -i tpX+ -j ACCEPT', 'iptables-legacy -I FORWARD -o tpX+ -j ACCEPT'],
    ],
  ] as const)('%o', (drop, expected) => expect(remedies(drop, 'tpX')).toEqual(expected));
});
