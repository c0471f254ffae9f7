import { expect, it } from 'vitest';
import { must } from '../../../src/base/must.ts';
import { manualWorld } from '../../../src/sdk/testing/manual-world.ts';
import { NodeAccount } from '../admission/node-account.ts';
import { amountsOf, takenBy } from '../admission/taken.ts';
import { podOf } from '../testing/pod-fixtures.ts';
import { PodResizes } from './pod-resizes.ts';
import { WaitingResizes } from './waiting-resizes.ts';

const asking = (cpu: string, memory: string, generation = 2) => {
  const pod = podOf({ containers: [{ name: 'app', image: 'i', resources: { requests: { cpu, memory } } }] });
  return { ...pod, metadata: { ...pod.metadata, generation } };
};

/** A pod of 100m and 1Mi on a node of 2 CPUs and 1Gi, 1500m of it another pod's. */
function resized() {
  const waiting = new WaitingResizes();
  const account = new NodeAccount(() => waiting.retry());
  account.take('other', takenBy(asking('1500m', '1Mi')));
  const told: string[] = [];
  const nothing = () => Promise.reject(new Error('no container runs'));
  const resizes = new PodResizes(
    {
      clock: manualWorld().clock,
      runtime: { updateContainer: nothing, updateSandbox: nothing, stats: nothing, sandboxStats: nothing },
      account,
      capacity: amountsOf({ cpu: '2', memory: '1Gi', pods: '110' }),
      waiting,
      pidsLimit: null,
      tell: (_type, reason) => told.push(reason),
      changed: () => undefined,
    },
    asking('100m', '1Mi', 1),
  );
  return {
    account,
    resizes,
    told,
    allocated: () => must(resizes.granted(asking('1', '1Gi')).spec.containers[0], 'one'),
  };
}

it.each([
  [
    'Infeasible',
    '5',
    '4500Mi',
    "Node didn't have enough capacity: memory, requested: 4718592000, capacity: 1073741824",
  ],
  ['Infeasible', '5', '1Mi', "Node didn't have enough capacity: cpu, requested: 5000, capacity: 2000"],
  ['Deferred', '1', '1Mi', "Node didn't have enough resource: cpu, requested: 1000, used: 1500, capacity: 2000"],
])('a resize is %s where %s CPUs and %s are asked for', (reason, cpu, memory, message) => {
  const { resizes, told, allocated } = resized();
  for (let pass = 0; pass < 2; pass++) resizes.judge(asking(cpu, memory));
  expect(resizes.pending).toMatchObject({ reason, message, generation: 2 });
  expect(told).toEqual([`Resize${reason}`]);
  expect(allocated().resources.requests).toEqual({ cpu: '100m', memory: '1Mi' });
});

it('what was deferred is granted once there is room, what is infeasible once less is asked for', () => {
  const { account, resizes, told } = resized();
  resizes.judge(asking('1', '1Mi'));
  account.release('other');
  expect([resizes.pending, told]).toEqual([undefined, ['ResizeDeferred', 'ResizeStarted']]);
  resizes.judge(asking('5', '1Mi', 3));
  expect(resizes.pending).toMatchObject({ reason: 'Infeasible' });
  resizes.judge(asking('2', '1Mi', 4));
  expect(resizes.pending).toBeUndefined();
});
