import { podSpec } from './pod-spec.ts';
import { objectMeta } from '../../../../src/api/object-meta-schema.ts';
import { type Stored, object } from '../../../../src/schema/schema.ts';

export const podTemplateSpec = object({
  metadata: objectMeta.present().doc('Metadata of the pod.').at(1),
  spec: podSpec.expected().doc('What the pod shall be.').at(2),
})
  .named('io.k8s.api.core.v1.PodTemplateSpec')
  .doc('A pod to be made.');
export type PodTemplateSpec = Stored<typeof podTemplateSpec>;
