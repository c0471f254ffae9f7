import { timeOf } from '../../../src/base/timestamp.ts';
import type { Image } from '../../images/contract.ts';
import type { Node } from '../../kinds/core/v1/node.ts';
import { isExtended } from '../../kinds/core/v1/resource-names.ts';
import { MAX_NODE_IMAGES } from '../limits.ts';
import { hasUserNamespaces, type Ability } from '../../runtime/contract.ts';
import type { Machine } from './machine.ts';
import { nodeAllocatable, nodeCapacity, type NodeReserve, type NodeSize } from './node-allocatable.ts';
import type { Pressure } from './pressure.ts';

export type NodeStatus = NonNullable<Node['status']>;
type NodeCondition = NonNullable<NodeStatus['conditions']>[number];

export interface NodeStatusInput {
  readonly machine: Machine;
  readonly size: NodeSize;
  readonly reserve: NodeReserve;
  readonly kubeletPort: number;
  readonly hostname: string;
  readonly addresses: readonly string[];
  readonly images: readonly Image[];
  readonly pressure: Pressure;
  readonly abilities: readonly Ability[];
  /** Why the node takes no pods; `undefined` when it does. */
  readonly notReady: string | undefined;
  readonly before: NodeStatus | undefined;
  readonly version: string;
  readonly nowMs: number;
  readonly volumesInUse: readonly string[];
}

/** `status` of the Node, times of transition kept and conditions of others left as they are. */
export function nodeStatus(input: NodeStatusInput): NodeStatus {
  const { machine, before, version } = input;
  return {
    capacity: nodeCapacity(input.size),
    allocatable: { ...extendedOf(before?.capacity), ...nodeAllocatable(input.size, input.reserve) },
    conditions: conditions(input, before?.conditions ?? []),
    addresses: [
      ...input.addresses.map(address => ({ type: 'InternalIP', address })),
      { type: 'Hostname', address: input.hostname },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: input.kubeletPort } },
    nodeInfo: {
      machineID: machine.machineId,
      systemUUID: machine.systemUuid,
      bootID: machine.bootId,
      kernelVersion: machine.kernelVersion,
      osImage: machine.osImage,
      containerRuntimeVersion: `tiphys://${version}`,
      kubeletVersion: `v1.36.0+tiphys.${version}`,
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: machine.architecture,
    },
    images: shownImages(input.images),
    runtimeHandlers: [
      { name: '', features: { recursiveReadOnlyMounts: true, userNamespaces: hasUserNamespaces(input.abilities) } },
    ],
    features: { supplementalGroupsPolicy: true },
    volumesInUse: input.volumesInUse,
  };
}

/** Resources that others gave the node are there for pods, whole. */
export const extendedOf = (capacity: NodeStatus['capacity'] = {}): NonNullable<NodeStatus['capacity']> =>
  Object.fromEntries(Object.entries(capacity).filter(([name]) => isExtended(name)));

/** The one condition of our own. */
export const DEGRADED = 'tiphys.dev/Degraded';

function conditions(
  { pressure, abilities, notReady, nowMs }: NodeStatusInput,
  before: readonly NodeCondition[],
): NodeCondition[] {
  const now = timeOf(nowMs);
  const known = new Map(before.map(condition => [condition.type, condition]));
  const condition = (type: string, isTrue: boolean, reason: string, message: string): NodeCondition => {
    const status = isTrue ? 'True' : 'False';
    const old = known.get(type);
    const lastTransitionTime = old?.status === status ? (old.lastTransitionTime ?? now) : now;
    return { type, status, lastHeartbeatTime: now, lastTransitionTime, reason, message };
  };
  const pressed = (type: string, isTrue: boolean, bad: string, good: string, what: string) =>
    isTrue ? condition(type, true, bad, `kubelet has ${what}`) : condition(type, false, good, goodMessage(good));
  const own = [
    pressed(
      'MemoryPressure',
      pressure.memory,
      'KubeletHasInsufficientMemory',
      'KubeletHasSufficientMemory',
      'insufficient memory available',
    ),
    pressed('DiskPressure', pressure.disk, 'KubeletHasDiskPressure', 'KubeletHasNoDiskPressure', 'disk pressure'),
    pressed(
      'PIDPressure',
      pressure.pids,
      'KubeletHasInsufficientPID',
      'KubeletHasSufficientPID',
      'insufficient PID available',
    ),
    degraded(abilities, condition),
    notReady === undefined
      ? condition('Ready', true, 'KubeletReady', 'kubelet is posting ready status')
      : condition('Ready', false, 'KubeletNotReady', notReady),
  ];
  const names = new Set(own.map(({ type }) => type));
  return [...before.filter(({ type }) => !names.has(type)), ...own];
}

/** As pressure does, it says True of what is bad: which of the things that pods may ask for this machine lacks. */
function degraded(
  abilities: readonly Ability[],
  condition: (type: string, isTrue: boolean, reason: string, message: string) => NodeCondition,
): NodeCondition {
  const lacking = abilities.filter(({ state }) => state !== 'ok');
  if (lacking.length === 0)
    return condition(DEGRADED, false, 'KernelOffersAll', 'kernel and machine offer all that pods may ask for');
  const message = lacking.map(({ name, detail }) => `${name}: ${detail}`).join('; ');
  return condition(DEGRADED, true, 'KernelLacksAbilities', `${message} (tiphys check tells the remedies)`);
}

const goodMessage = (reason: string): string =>
  reason === 'KubeletHasNoDiskPressure'
    ? 'kubelet has no disk pressure'
    : reason === 'KubeletHasSufficientPID'
      ? 'kubelet has sufficient PID available'
      : 'kubelet has sufficient memory available';

const shownImages = (images: readonly Image[]): NonNullable<NodeStatus['images']> =>
  images
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes)
    .slice(0, MAX_NODE_IMAGES)
    .map(({ tags, digests, sizeBytes }) => ({ names: [...digests, ...tags].slice(0, 5), sizeBytes }));
