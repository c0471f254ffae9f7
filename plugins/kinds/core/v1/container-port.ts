import { type Stored, int32, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const containerPort = object({
  name: string().omitEmpty().doc('Name for services to refer to.').at(1),
  hostPort: int32().omitEmpty().doc('Port of the node to publish it at.').at(2),
  containerPort: int32().zero().doc('Number of the port.').at(3),
  protocol: oneOf('SCTP', 'TCP', 'UDP').whenEmpty('TCP').tells('TCP').doc('TCP, UDP or SCTP.').at(4),
  hostIP: string().omitEmpty().doc('Address of the node to publish it at.').at(5),
})
  .named('io.k8s.api.core.v1.ContainerPort')
  .doc('A port a container listens on.');
export type ContainerPort = Stored<typeof containerPort>;
