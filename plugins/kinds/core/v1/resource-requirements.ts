import { resourceList } from './resource-list.ts';
import { type Stored, listMap, object, string } from '../../../../src/schema/schema.ts';

export const resourceClaim = object({
  name: string().at(1),
  request: string().omitEmpty().at(2),
}).named('io.k8s.api.core.v1.ResourceClaim');
export type ResourceClaim = Stored<typeof resourceClaim>;

export const resourceRequirements = object({
  limits: resourceList.omitEmpty().at(1),
  requests: resourceList.omitEmpty().at(2),
  claims: listMap(resourceClaim, 'name').patchKey(null).omitEmpty().at(3),
}).named('io.k8s.api.core.v1.ResourceRequirements');
export type ResourceRequirements = Stored<typeof resourceRequirements>;
