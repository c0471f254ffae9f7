import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { APP_ARMOR_PARSER } from '../runtime/contract.ts';
import { TestCluster } from './testing/test-cluster.ts';

const ENABLED = '/sys/module/apparmor/parameters/enabled';
const CAN = existsSync(ENABLED) && readFileSync(ENABLED, 'utf8').startsWith('Y') && existsSync(APP_ARMOR_PARSER);

const WHICH = { image: 'docker.io/library/busybox:1.35', command: ['cat', '/proc/self/attr/apparmor/current'] };

describe.skipIf(!CAN)('on a node with AppArmor', () => {
  it('containers that name no profile are held to the default one, but for those that are privileged', async () => {
    await using cluster = await TestCluster.start();
    await cluster.create('which', {
      restartPolicy: 'Never',
      containers: [
        { name: 'plain', ...WHICH },
        { name: 'open', ...WHICH, securityContext: { appArmorProfile: { type: 'Unconfined' } } },
        { name: 'privileged', ...WHICH, securityContext: { privileged: true } },
      ],
    });
    await cluster.untilPod('which', 'to succeed', ({ status }) => status.phase === 'Succeeded');
    const told = ['plain', 'open', 'privileged'].map(container => cluster.log('which', { container }));
    expect(await Promise.all(told)).toEqual(['tiphys-default (enforce)\n', 'unconfined\n', 'unconfined\n']);
  }, 60_000);
});
