import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { string } from '../../../../src/schema/schema.ts';
import { oldLabel } from '../../core/v1/node-label-warnings.ts';
import { overhead } from './overhead.ts';
import { scheduling } from './scheduling.ts';
import { validateRuntimeClass } from './validate-runtime-class.ts';

export const RuntimeClass = defineResource({
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  plural: 'runtimeclasses',
  scope: 'Cluster',
  putByRevision: true,
  createdByPut: true,
  doc: 'A way of running the containers of a pod.',
  openapiName: 'io.k8s.api.node.v1.RuntimeClass',
  fields: {
    handler: string().immutable().doc('What nodes call it.').at(2),
    overhead: overhead.optional().doc('What running a pod takes by itself.').at(3),
    scheduling: scheduling.optional().doc('Nodes that have it; all unless given.').at(4),
  },
  columns: [nameColumn, text('Handler', '', ({ handler }: { readonly handler: string }) => handler), ageColumn],
  validate: validateRuntimeClass,
  warnings: ({ scheduling: { nodeSelector = {} } = {} }) =>
    Object.keys(nodeSelector).flatMap(key => {
      const message = oldLabel(key);
      return message === undefined ? [] : [`scheduling.nodeSelector: ${message}`];
    }),
});
export type RuntimeClass = ObjectOf<typeof RuntimeClass>;
