import type { Client } from '../../../src/api/client.ts';
import { Node as NodeKind } from '../../kinds/core/v1/node.ts';
import type { NodeRegistration } from '../node/node-registration.ts';
import type { NodeFacts } from '../worker/node-facts.ts';
import type { NodeSource } from './node-admission.ts';
import type { AdmittingNode } from './refusals.ts';

/** The node by its object: what an administrator has it labelled, tainted and sized as counts for its pods. */
export function registeredNode(
  registration: Pick<NodeRegistration, 'node'>,
  client: Pick<Client, 'get'>,
  { name, allocatable, hasAppArmor }: NodeFacts,
): NodeSource {
  const admitting = ({ metadata, spec, status }: NodeKind): AdmittingNode => ({
    name,
    labels: metadata.labels ?? {},
    taints: spec?.taints ?? [],
    allocatable: { ...allocatable, ...status?.allocatable },
    hasAppArmor,
  });
  return {
    latest: () => registration.node && admitting(registration.node),
    fetch: async () => admitting(await client.get(NodeKind, { name })),
  };
}
