import { podSpec } from './pod-spec.ts';
import { objectMeta } from '../../../../src/api/object-meta-schema.ts';
import { type Stored, object } from '../../../../src/schema/schema.ts';

export const podTemplateSpec = object({
  metadata: objectMeta.present().at(1),
  spec: podSpec.zero().at(2),
}).named('io.k8s.api.core.v1.PodTemplateSpec');
export type PodTemplateSpec = Stored<typeof podTemplateSpec>;
