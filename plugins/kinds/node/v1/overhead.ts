import { type Stored, object } from '../../../../src/schema/schema.ts';
import { resourceList } from '../../core/v1/resource-list.ts';

export const overhead = object({
  podFixed: resourceList.omitEmpty().doc('What each pod takes besides its containers.').at(1),
})
  .named('io.k8s.api.node.v1.Overhead')
  .doc('What running a pod takes by itself.');
export type Overhead = Stored<typeof overhead>;
