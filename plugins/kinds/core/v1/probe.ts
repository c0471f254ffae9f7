import { execAction, grpcAction, httpGetAction, tcpSocketAction } from './handler.ts';
import { type Stored, embedded, int32, int64, object } from '../../../../src/schema/schema.ts';

export const probeHandlerProps = {
  exec: execAction.optional().at(1),
  httpGet: httpGetAction.optional().at(2),
  tcpSocket: tcpSocketAction.optional().at(3),
  grpc: grpcAction.optional().at(4),
};

export const probe = object({
  ...embedded(1, probeHandlerProps, 'ProbeHandler'),
  initialDelaySeconds: int32().min(0).omitEmpty().doc('Wait after the start of the container.').at(2),
  timeoutSeconds: int32().min(0).whenEmpty(1).doc('Time an attempt may take.').at(3),
  periodSeconds: int32().min(0).whenEmpty(10).doc('Time between attempts.').at(4),
  successThreshold: int32().min(0).whenEmpty(1).doc('Successes in a row that count as success.').at(5),
  failureThreshold: int32().min(0).whenEmpty(3).doc('Failures in a row that count as failure.').at(6),
  terminationGracePeriodSeconds: int64().optional().doc('Overrides that of the pod when the probe fails.').at(7),
})
  .named('io.k8s.api.core.v1.Probe')
  .doc('A check of a container that is repeated.');
export type Probe = Stored<typeof probe>;
