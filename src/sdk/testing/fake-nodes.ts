import { Node } from '../../../plugins/kinds/core/v1/node.ts';
import { Pod } from '../../../plugins/kinds/core/v1/pod.ts';
import { timeOf } from '../../base/timestamp.ts';
import { clients, type Client } from '../../api/client.ts';
import { isStatusError } from '../../api/status-error.ts';
import { definePlugin, type AnyPlugin } from '../../kernel/plugin.ts';
import { caches } from '../caches.ts';

export interface FakeNodesOptions {
  /** Named `node-1`, `node-2` ... */
  readonly count?: number;
  readonly allocatable?: Readonly<Record<string, string>>;
  /** Pods whose containers are never ready. */
  isBroken?(this: void, pod: Pod): boolean;
}

/** Nodes without containers: what is bound to them runs and is ready at once, what is deleted is gone at once. */
export function fakeNodes(options: FakeNodesOptions = {}): AnyPlugin {
  const { count = 1, allocatable = { cpu: '32', memory: '64Gi', pods: '1000' }, isBroken = () => false } = options;
  return definePlugin({
    name: 'fake-nodes',
    needs: { clients, caches },
    start: context => {
      const client = context.needs.clients.as({ name: 'system:apiserver', groups: ['system:masters'] });
      let addresses = 0;
      context.ready(async () => {
        for (let index = 1; index <= count; index++) await register(client, `node-${index}`, allocatable);
        const subscription = context.needs.caches.of(Pod).subscribe({
          changed: pod => {
            if ((pod.spec.nodeName ?? '') === '') return;
            const act =
              pod.metadata.deletionTimestamp !== undefined
                ? end(client, pod)
                : pod.status.phase === 'Running' || pod.status.phase === 'Failed' || pod.status.phase === 'Succeeded'
                  ? Promise.resolve()
                  : run(client, pod, addressOf((addresses += 1)), !isBroken(pod), context.world.clock.now());
            act.catch((error: unknown) => context.log.debug('fake node', { pod: pod.metadata.name, error }));
          },
          removed: () => undefined,
        });
        context.defer(() => subscription[Symbol.dispose]());
      });
    },
  });
}

/** By patches: controllers write to the node as soon as it is there. */
async function register(client: Client, name: string, allocatable: Readonly<Record<string, string>>): Promise<void> {
  await client.create(Node, { metadata: { name, labels: { 'kubernetes.io/hostname': name } } });
  const status = { allocatable, conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }] };
  await client.patch(Node, { name }, { type: 'merge', body: { status } }, { subresource: 'status' });
  await client.patch(Node, { name }, { type: 'merge', body: { spec: { taints: [] } } });
}

const addressOf = (index: number): string => `10.42.${(index >> 8) & 255}.${index & 255}`;

async function run(client: Client, pod: Pod, ip: string, isReady: boolean, nowMs: number): Promise<void> {
  const { name, namespace = '', uid } = pod.metadata;
  const status = isReady ? 'True' : 'False';
  const condition = (type: string) => ({ type, status, lastTransitionTime: timeOf(nowMs) });
  const conditions = [condition('Ready'), condition('ContainersReady')];
  const body = {
    metadata: { uid },
    status: { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions, startTime: timeOf(nowMs) },
  };
  await client.patch(Pod, { name, namespace }, { type: 'strategic', body }, { subresource: 'status' });
}

async function end(client: Client, { metadata }: Pod): Promise<void> {
  const { name, namespace = '', uid } = metadata;
  try {
    await client.delete(Pod, { name, namespace }, { gracePeriodSeconds: 0, preconditions: { uid } });
  } catch (error) {
    if (!isStatusError(error, 'NotFound', 'Conflict')) throw error;
  }
}
