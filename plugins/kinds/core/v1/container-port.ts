import { type Stored, int32, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const containerPort = object({
  name: string().omitEmpty().at(1),
  hostPort: int32().omitEmpty().at(2),
  containerPort: int32().zero().at(3),
  protocol: oneOf('TCP', 'UDP', 'SCTP').whenEmpty('TCP').at(4),
  hostIP: string().omitEmpty().at(5),
}).named('io.k8s.api.core.v1.ContainerPort');
export type ContainerPort = Stored<typeof containerPort>;
