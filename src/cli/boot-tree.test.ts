import { expect, it } from 'vitest';
import type { BootStep } from '../kernel/kernel.ts';
import { bootTree } from './boot-tree.ts';

const step = (plugin: string, beganMs: number, tookMs: number, ...after: readonly string[]): BootStep => ({
  plugin,
  phase: 'start',
  after,
  beganMs,
  tookMs,
});

it('puts each step below the one it had to wait for longest', () => {
  const steps = [
    step('network', 1, 50),
    step('store', 0, 80),
    step('api', 80, 5, 'store', 'auth', 'auth'),
    step('auth', 2, 20),
    step('dns', 60, 5, 'network', 'auth'),
    step('kubelet', 90, 9, 'api', 'network'),
  ];
  const lines = bootTree(steps).map(({ step: { plugin }, depth }) => `${'.'.repeat(depth)}${plugin}`);
  expect(lines).toEqual(['store', '.api', '..kubelet', 'network', '.dns', 'auth']);
});
