import { type Stored, int32, int64, intOrString, list, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const sleepAction = object({
  seconds: int64().zero().at(1),
}).named('io.k8s.api.core.v1.SleepAction');
export type SleepAction = Stored<typeof sleepAction>;

export const grpcAction = object({
  port: int32().zero().at(1),
  service: string().default('').at(2),
}).named('io.k8s.api.core.v1.GRPCAction');
export type GRPCAction = Stored<typeof grpcAction>;

export const execAction = object({
  command: list(string()).omitEmpty().at(1),
}).named('io.k8s.api.core.v1.ExecAction');
export type ExecAction = Stored<typeof execAction>;

export const tcpSocketAction = object({
  port: intOrString().zero().at(1),
  host: string().omitEmpty().at(2),
}).named('io.k8s.api.core.v1.TCPSocketAction');
export type TCPSocketAction = Stored<typeof tcpSocketAction>;

export const httpHeader = object({
  name: string().at(1),
  value: string().at(2),
}).named('io.k8s.api.core.v1.HTTPHeader');
export type HTTPHeader = Stored<typeof httpHeader>;

export const httpGetAction = object({
  path: string().whenEmpty('/').at(1),
  port: intOrString().zero().at(2),
  host: string().omitEmpty().at(3),
  scheme: oneOf('HTTP', 'HTTPS').whenEmpty('HTTP').at(4),
  httpHeaders: list(httpHeader).omitEmpty().at(5),
}).named('io.k8s.api.core.v1.HTTPGetAction');
export type HTTPGetAction = Stored<typeof httpGetAction>;

export const lifecycleHandler = object({
  exec: execAction.optional().at(1),
  httpGet: httpGetAction.optional().at(2),
  tcpSocket: tcpSocketAction.optional().at(3),
  sleep: sleepAction.optional().at(4),
}).named('io.k8s.api.core.v1.LifecycleHandler');
export type LifecycleHandler = Stored<typeof lifecycleHandler>;
