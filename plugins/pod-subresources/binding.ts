import { timeOf } from '../../src/base/timestamp.ts';
import type { Clock } from '../../src/base/world.ts';
import type { Client } from '../../src/api/client.ts';
import { fieldErrorBody } from '../../src/api/field-error.ts';
import type { ObjectOf } from '../../src/api/resource.ts';
import { badRequestError, conflictError, isStatusError } from '../../src/api/status-error.ts';
import { otherUidError } from '../../src/api/other-uid-error.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { Cache } from '../../src/sdk/caches.ts';
import type { SubresourceHandler, VirtualKind } from '../apiserver/contract.ts';
import { Binding } from '../kinds/core/v1/binding.ts';
import type { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { topologyLabelsOf } from '../kinds/core/v1/topology-labels.ts';
import { ATTEMPTS } from './limits.ts';
import { SUCCESS } from './success.ts';

/** `POST pods/x/binding`: puts a pod on a node, once. */
export const bindingHandler = (binder: Binder): SubresourceHandler => ({
  resource: 'pods',
  subresource: 'binding',
  kind: { group: Binding.group, version: Binding.version, kind: Binding.kind },
  verbs: ['create'],
  body: Binding,
  async create({ body, namespace, name, dryRun }) {
    // The server decoded the body by the schema of Binding.
    const binding = body as ObjectOf<typeof Binding>;
    if ((binding.metadata.name ?? '') !== name) throw badRequestError(NAME_DIFFERS);
    await bind({ ...binder, binding, namespace, dryRun });
    return SUCCESS;
  },
});

/** `POST bindings`: the same as the oldest clients ask for it; the pod is the one the binding is called for. */
export const bindings = (binder: Binder): VirtualKind => ({
  resource: Binding.plural,
  async create(body, { namespace, dryRun }) {
    // The server decoded the body by the schema of Binding.
    await bind({ ...binder, binding: body as ObjectOf<typeof Binding>, namespace, dryRun });
    return SUCCESS as unknown as AnyObject;
  },
});

export interface Binder {
  readonly client: Client;
  readonly clock: Clock;
  readonly nodes: Cache<Node>;
}

interface BindRequest extends Binder {
  readonly binding: ObjectOf<typeof Binding>;
  readonly namespace: string;
  readonly dryRun: boolean;
}

async function bind({ client, clock, nodes, binding, namespace, dryRun }: BindRequest): Promise<void> {
  const node = nodeOf(binding);
  const name = binding.metadata.name ?? '';
  for (let attempt = 1; ; attempt++) {
    const pod = await client.get(Pod, { namespace, name });
    checkUid(pod, binding);
    const obstacle = obstacleTo(pod);
    if (obstacle !== undefined) throw conflictError({ group: '', plural: 'pods/binding' }, name, obstacle);
    await nodes.synced;
    const labels = { ...binding.metadata.labels, ...topologyLabelsOf(nodes.get(node)) };
    const body = boundTo(node, pod, { annotations: binding.metadata.annotations ?? {}, labels }, clock.now());
    try {
      await client.patch(Pod, { namespace, name }, { type: 'merge', body }, { subresource: 'binding', dryRun });
      return;
    } catch (error) {
      if (!isStatusError(error, 'Conflict') || attempt === ATTEMPTS) throw error;
    }
  }
}

const NAME_DIFFERS = 'name in URL does not match name in Binding object';

/** Upstream tells what is wrong with a target without saying of what. */
function nodeOf(binding: ObjectOf<typeof Binding>): string {
  const texts = (Binding.validate?.(binding) ?? []).map(error => `${error.field}: ${fieldErrorBody(error)}`);
  if (texts.length > 0) throw badRequestError(texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`);
  return binding.target.name ?? '';
}

function checkUid({ metadata }: Pod, binding: ObjectOf<typeof Binding>): void {
  const uid = binding.metadata.uid ?? '';
  if (uid !== '' && uid !== metadata.uid) throw otherUidError(Pod, metadata, uid);
}

/** Registry's assignPod: what keeps a pod from being bound, in its words. */
function obstacleTo({ metadata, spec }: Pod): string | undefined {
  const { name } = metadata;
  if (metadata.deletionTimestamp !== undefined) return `pod ${name} is being deleted, cannot be assigned to a host`;
  if ((spec.nodeName ?? '') !== '') return `pod ${name} is already assigned to node "${spec.nodeName}"`;
  if ((spec.schedulingGates ?? []).length > 0) return `pod ${name} has non-empty .spec.schedulingGates`;
  return undefined;
}

/** What the pod takes over of its binding. */
interface BoundMetadata {
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

function boundTo(node: string, { metadata, status }: Pod, more: BoundMetadata, nowMs: number): unknown {
  const others = (status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
  const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: timeOf(nowMs) };
  return {
    metadata: { resourceVersion: metadata.resourceVersion, ...more },
    spec: { nodeName: node },
    // Where room was made for it is of no interest to anybody any more.
    status: { conditions: [...others, scheduled], nominatedNodeName: null },
  };
}
