import { type Stored, list, map, object, string } from '../../../../src/schema/schema.ts';
import { toleration } from '../../core/v1/toleration.ts';

export const scheduling = object({
  nodeSelector: map(string()).omitEmpty().atomic().doc('Labels of nodes that have the runtime.').at(1),
  tolerations: list(toleration).omitEmpty().doc('Taints of such nodes that do not matter.').at(2),
})
  .named('io.k8s.api.node.v1.Scheduling')
  .doc('Nodes that have a runtime.');
export type Scheduling = Stored<typeof scheduling>;
