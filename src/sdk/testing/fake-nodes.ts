import { Node } from '../../../plugins/kinds/core/v1/node.ts';
import { hasPodEnded } from '../../../plugins/kinds/core/v1/is-pod-active.ts';
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
  /** What a pod's containers exit with once they run; they run on where it is `undefined`. */
  exitCode?(this: void, pod: Pod): number | undefined;
}

/** Nodes without containers: what is bound to them runs and is ready at once, what is deleted is gone at once. */
export function fakeNodes(options: FakeNodesOptions = {}): AnyPlugin {
  const { count = 1, allocatable = { cpu: '32', memory: '64Gi', pods: '1000' }, isBroken = () => false } = options;
  const exitCode = options.exitCode ?? (() => undefined);
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
            const nowMs = context.world.clock.now();
            const act = async (): Promise<void> => {
              if (pod.metadata.deletionTimestamp !== undefined) return end(client, pod, nowMs);
              if (hasPodEnded(pod.status)) return;
              const code = pod.status.phase === 'Running' ? exitCode(pod) : undefined;
              if (code !== undefined) await exit(client, pod, code, nowMs);
              else if (pod.status.phase !== 'Running') {
                await run(client, pod, addressOf((addresses += 1)), !isBroken(pod), nowMs);
              }
            };
            act().catch((error: unknown) => context.log.debug('fake node', { pod: pod.metadata.name, error }));
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

async function exit(client: Client, { metadata, spec }: Pod, exitCode: number, nowMs: number): Promise<void> {
  const { name, namespace = '', uid } = metadata;
  const at = timeOf(nowMs);
  const body = {
    metadata: { uid },
    status: {
      phase: exitCode === 0 ? 'Succeeded' : 'Failed',
      conditions: ['Ready', 'ContainersReady'].map(type => ({ type, status: 'False', lastTransitionTime: at })),
      containerStatuses: spec.containers.map(container => ({
        name: container.name,
        image: container.image ?? '',
        imageID: '',
        ready: false,
        restartCount: 0,
        state: { terminated: { exitCode, startedAt: at, finishedAt: at } },
      })),
    },
  };
  await client.patch(Pod, { name, namespace }, { type: 'strategic', body }, { subresource: 'status' });
}

/** What others hold on to is seen to have ended before it goes. */
async function end(client: Client, pod: Pod, nowMs: number): Promise<void> {
  const { name, namespace = '', uid, finalizers = [] } = pod.metadata;
  try {
    if (finalizers.length > 0 && !hasPodEnded(pod.status)) await exit(client, pod, TERMINATED, nowMs);
    await client.delete(Pod, { name, namespace }, { gracePeriodSeconds: 0, preconditions: { uid } });
  } catch (error) {
    if (!isStatusError(error, 'NotFound', 'Conflict')) throw error;
  }
}

/** By SIGTERM. */
const TERMINATED = 143;
