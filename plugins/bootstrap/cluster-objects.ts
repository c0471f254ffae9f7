import type { Client } from '../../src/api/client.ts';
import { createUnlessPresent } from '../../src/sdk/create-unless-present.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { PriorityClass } from '../kinds/scheduling/v1/priority-class.ts';

const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'] as const;

/** https://kubernetes.io/docs/tasks/administer-cluster/guaranteed-scheduling-critical-addon-pods/ */
const PRIORITY_CLASSES = [
  {
    name: 'system-node-critical',
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
  {
    name: 'system-cluster-critical',
    value: 2_000_000_000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
] as const;

export async function ensureClusterObjects(client: Client): Promise<void> {
  await Promise.all([
    ...NAMESPACES.map(name => createUnlessPresent(client, Namespace, { metadata: { name } })),
    ...PRIORITY_CLASSES.map(({ name, value, description }) =>
      createUnlessPresent(client, PriorityClass, { metadata: { name }, value, description }),
    ),
  ]);
}
