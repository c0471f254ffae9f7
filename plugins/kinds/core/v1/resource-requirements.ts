import { resourceList } from './resource-list.ts';
import { type Stored, listMap, object, string } from '../../../../src/schema/schema.ts';

export const resourceClaim = object({
  name: string().byRule().doc('Name of the claim within the pod.').at(1),
  request: string().omitEmpty().doc('The request of the claim that is meant.').at(2),
})
  .named('io.k8s.api.core.v1.ResourceClaim')
  .doc('A claim of the pod.');
export type ResourceClaim = Stored<typeof resourceClaim>;

export const resourceRequirements = object({
  limits: resourceList.omitEmpty().doc('The most it may use.').at(1),
  requests: resourceList.omitEmpty().doc('What is set aside for it.').at(2),
  claims: listMap(resourceClaim, 'name').patchKey(null).omitEmpty().doc('Claims of the pod that it uses.').at(3),
})
  .named('io.k8s.api.core.v1.ResourceRequirements')
  .doc('What something needs and may use.');
export type ResourceRequirements = Stored<typeof resourceRequirements>;
