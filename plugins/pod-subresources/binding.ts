import { timeOf } from '../../src/base/timestamp.ts';
import type { Clock } from '../../src/base/world.ts';
import type { Client } from '../../src/api/client.ts';
import { fieldErrorBody } from '../../src/api/field-error.ts';
import type { ObjectOf } from '../../src/api/resource.ts';
import { badRequestError, conflictError, isStatusError } from '../../src/api/status-error.ts';
import { otherUidError } from '../../src/api/other-uid-error.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { SubresourceHandler, VirtualKind } from '../apiserver/contract.ts';
import { Binding } from '../kinds/core/v1/binding.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { ATTEMPTS } from './limits.ts';
import { SUCCESS } from './success.ts';

/** `POST pods/x/binding`: puts a pod on a node, once. */
export const bindingHandler = (client: Client, clock: Clock): SubresourceHandler => ({
  resource: 'pods',
  subresource: 'binding',
  kind: { group: Binding.group, version: Binding.version, kind: Binding.kind },
  verbs: ['create'],
  body: Binding,
  async create({ body, namespace, name, dryRun }) {
    // The server decoded the body by the schema of Binding.
    const binding = body as ObjectOf<typeof Binding>;
    if ((binding.metadata.name ?? '') !== name) throw badRequestError(NAME_DIFFERS);
    await bind({ client, clock, binding, namespace, dryRun });
    return SUCCESS;
  },
});

/** `POST bindings`: the same as the oldest clients ask for it; the pod is the one the binding is called for. */
export const bindings = (client: Client, clock: Clock): VirtualKind => ({
  resource: Binding.plural,
  async create(body, { namespace, dryRun }) {
    // The server decoded the body by the schema of Binding.
    await bind({ client, clock, binding: body as ObjectOf<typeof Binding>, namespace, dryRun });
    return SUCCESS as unknown as AnyObject;
  },
});

interface BindRequest {
  readonly client: Client;
  readonly clock: Clock;
  readonly binding: ObjectOf<typeof Binding>;
  readonly namespace: string;
  readonly dryRun: boolean;
}

async function bind({ client, clock, binding, namespace, dryRun }: BindRequest): Promise<void> {
  const node = nodeOf(binding);
  const name = binding.metadata.name ?? '';
  for (let attempt = 1; ; attempt++) {
    const pod = await client.get(Pod, { namespace, name });
    checkUid(pod, binding);
    const obstacle = obstacleTo(pod);
    if (obstacle !== undefined) throw conflictError({ group: '', plural: 'pods/binding' }, name, obstacle);
    const body = boundTo(node, pod, binding, clock.now());
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

function boundTo(node: string, { metadata, status }: Pod, binding: ObjectOf<typeof Binding>, nowMs: number): unknown {
  const others = (status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
  const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: timeOf(nowMs) };
  return {
    metadata: { resourceVersion: metadata.resourceVersion, annotations: binding.metadata.annotations ?? {} },
    spec: { nodeName: node },
    // Where room was made for it is of no interest to anybody any more.
    status: { conditions: [...others, scheduled], nominatedNodeName: null },
  };
}
