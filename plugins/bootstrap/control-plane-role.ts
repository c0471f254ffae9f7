import { defineController, type Controller } from '../../src/sdk/controller.ts';
import { Node } from '../kinds/core/v1/node.ts';

const ROLE = 'node-role.kubernetes.io/control-plane';

/** Marks the server's own node as what it is; a kubelet may not say such a thing of itself. */
export const controlPlaneRole = (nodeName: string): Controller =>
  defineController({
    name: 'control-plane-role',
    primary: Node,
    writes: [Node.can('patch')],
    concerns: ({ metadata: { name, labels = {} } }) => name === nodeName && !Object.hasOwn(labels, ROLE),

    async reconcile({ object: { metadata }, client }) {
      const body = { metadata: { uid: metadata.uid, labels: { [ROLE]: '' } } };
      await client.patch(Node, { name: metadata.name }, { type: 'merge', body });
      return {};
    },
  });
