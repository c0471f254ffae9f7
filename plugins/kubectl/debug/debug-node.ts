import { generateName } from '../../../src/api/generate-name.ts';
import type { Found } from '../builder/found.ts';
import type { Call } from '../command/verb.ts';
import { createObject } from '../write/create-object.ts';
import { withCustomContainer } from './custom-container.ts';
import type { DebugOptions } from './debug-options.ts';
import { debugContainer, type DebugSession } from './debug-session.ts';
import { withProfile } from './profiles.ts';

const SUFFIX_CHARS = 5;

/** Runs a pod in the namespaces of a node, its files below `/host`. */
export async function debugNode(call: Call, { name: node }: Found, options: DebugOptions): Promise<DebugSession> {
  const { cluster, terminal, world } = call;
  const container = options.container || 'debugger';
  const suffix = generateName('', () => world.random.fraction()).slice(-SUFFIX_CHARS);
  const name = `node-debugger-${node}-${suffix}`;
  if (!options.quiet) {
    terminal.out(`Creating debugging pod ${name} with container ${container} on node ${node}.\n`);
  }
  const bare = {
    metadata: { name },
    spec: {
      containers: [debugContainer(container, options)],
      nodeName: node,
      restartPolicy: 'Never',
      tolerations: [{ operator: 'Exists' }],
    },
  };
  const pod = withCustomContainer(
    withProfile(options.profile, 'node', bare, container, options.keeps),
    container,
    options.custom,
  );
  const resource = (await cluster.names()).named('pods');
  const place = { resource, namespace: await cluster.namespace() };
  const created = await createObject(await cluster.client(), place, { ...pod, apiVersion: 'v1', kind: 'Pod' });
  return { pod: created, container };
}
