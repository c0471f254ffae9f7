import { type Stored, int32, int64, intOrString, list, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const sleepAction = object({
  seconds: int64().zero().doc('How long.').at(1),
})
  .named('io.k8s.api.core.v1.SleepAction')
  .doc('A wait.');
export type SleepAction = Stored<typeof sleepAction>;

export const grpcAction = object({
  port: int32().zero().doc('Number of the port.').at(1),
  service: string().default('').doc('Service to ask about.').at(2),
})
  .named('io.k8s.api.core.v1.GRPCAction')
  .doc('A gRPC health check.');
export type GRPCAction = Stored<typeof grpcAction>;

export const execAction = object({
  command: list(string()).omitEmpty().doc('The program and its arguments; no shell.').at(1),
})
  .named('io.k8s.api.core.v1.ExecAction')
  .doc('A command to run in the container.');
export type ExecAction = Stored<typeof execAction>;

export const tcpSocketAction = object({
  port: intOrString().zero().doc('Number or name of the port.').at(1),
  host: string().omitEmpty().doc('Host to connect to; the pod by default.').at(2),
})
  .named('io.k8s.api.core.v1.TCPSocketAction')
  .doc('A TCP connection.');
export type TCPSocketAction = Stored<typeof tcpSocketAction>;

export const httpHeader = object({
  name: string().zero().doc('Its name.').at(1),
  value: string().zero().doc('Its value.').at(2),
})
  .named('io.k8s.api.core.v1.HTTPHeader')
  .doc('A header of an HTTP request.');
export type HTTPHeader = Stored<typeof httpHeader>;

export const httpGetAction = object({
  path: string().whenEmpty('/').doc('Path of the URL.').at(1),
  port: intOrString().zero().doc('Number or name of the port.').at(2),
  host: string().omitEmpty().doc('Host to connect to; the pod by default.').at(3),
  scheme: oneOf('HTTP', 'HTTPS').whenEmpty('HTTP').doc('HTTP or HTTPS.').at(4),
  httpHeaders: list(httpHeader).omitEmpty().doc('Headers to send.').at(5),
})
  .named('io.k8s.api.core.v1.HTTPGetAction')
  .doc('An HTTP request.');
export type HTTPGetAction = Stored<typeof httpGetAction>;

export const lifecycleHandler = object({
  exec: execAction.optional().doc('Runs a command in the container.').at(1),
  httpGet: httpGetAction.optional().doc('Makes an HTTP request.').at(2),
  tcpSocket: tcpSocketAction.optional().doc('Not supported; kept for old manifests.').at(3),
  sleep: sleepAction.optional().doc('Waits.').at(4),
})
  .named('io.k8s.api.core.v1.LifecycleHandler')
  .doc('What is done at a moment in the life of a container.');
export type LifecycleHandler = Stored<typeof lifecycleHandler>;
