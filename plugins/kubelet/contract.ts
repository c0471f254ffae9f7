import type { Duplex } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import type { Metric } from '../../src/base/metric.ts';
import { contributionPoint, serviceRef } from '../../src/kernel/plugin.ts';

/** The kubelet of this process, for the API server beside it. A remote node is asked over its port 10250 instead. */
export interface NodeAgent extends PodStreamer {
  readonly nodeName: string;
  /** Resolves once pods of an earlier daemon are taken up and the Node is registered and ready. */
  readonly ready: Promise<void>;
  /** What `/metrics/resource` tells, in the Prometheus text format. */
  resourceMetrics(): Promise<string>;
}
export const nodeAgent = serviceRef<NodeAgent>('kubelet.node-agent');
/** The same, for whoever looks for the node that has a pod. */
export const nodeAgents = contributionPoint<NodeAgent>('kubelet.node-agents');

/** What the kubelet's own `/metrics` tells besides. */
export interface NodeMetricSource {
  collect(this: void): readonly Metric[];
}
export const nodeMetrics = contributionPoint<NodeMetricSource>('kubelet.node-metrics');

/** Streams of pods, wherever they run. */
export interface PodStreamer {
  /** A container's log by the parameters of `PodLogOptions`; ends when all was sent. Rejects with `StatusError`. */
  log(pod: PodReference, query: URLSearchParams, sink: LogSink, signal: AbortSignal): Promise<void>;
  /** Throws the `StatusError` that `exec` and `attach` refuse with whoever asks, upgrading or not. */
  judge(pod: PodReference, query: URLSearchParams): void;
  /** The same of `portForward`. */
  judgeForward(pod: PodReference): void;
  /** Upgrades to streams of `channel.k8s.io`; owns `socket` from here on. */
  exec(pod: PodReference, query: URLSearchParams, upgrade: Upgrade, signal: AbortSignal): Promise<void>;
  /** As `exec`, with the streams of the container's own program. */
  attach(pod: PodReference, query: URLSearchParams, upgrade: Upgrade, signal: AbortSignal): Promise<void>;
  /** Upgrades to connections to the pod's ports; owns `socket` from here on. */
  portForward(pod: PodReference, query: URLSearchParams, upgrade: Upgrade, signal: AbortSignal): Promise<void>;
}

export interface PodReference {
  readonly namespace: string;
  readonly name: string;
}

export interface LogSink {
  /** Called once, before the first chunk and after everything that may be refused; not where no node runs the pod. */
  begin(): void;
  /** Resolves when the reader has room. */
  write(chunk: Uint8Array): Promise<void>;
}

export interface Upgrade {
  readonly raw: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}
