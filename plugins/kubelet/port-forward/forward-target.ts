import { Socket } from 'node:net';
import { messageOf } from '../../../src/base/message-of.ts';
import type { PodNetwork } from '../../network/contract.ts';
import type { Runtime } from '../../runtime/contract.ts';
import { FORWARD_DIAL_MS } from '../limits.ts';
import { dialError } from '../probes/http-request.ts';

/** The pod that a client forwards to. */
export interface ForwardTarget {
  /** What errors name it: its sandbox. */
  readonly name: string;
  /** A connection to that port of the pod's own loopback; rejects with an error whose message is for the client. */
  dial(port: number): Promise<Socket>;
}

/** As upstream's kubelet, which knows the sandbox by its id and no uid. */
export const forwardFailure = ({ name }: ForwardTarget, port: number, error: unknown): string =>
  `error forwarding port ${port} to pod ${name}, uid : ${messageOf(error)}`;

/** A port in a header or parameter; a string says why it is none. */
export function parsePort(text: string): number | string {
  if (!/^\d+$/.test(text) || Number(text) > 0xffff) return `unable to parse ${JSON.stringify(text)} as a port`;
  return Number(text) === 0 ? `port ${JSON.stringify(text)} must be > 0` : Number(text);
}

/** Ports of a pod by its uid, in whatever sandbox it has when they are dialled. */
export function forwardTarget(
  podUid: string,
  runtime: Pick<Runtime, 'list'>,
  network: Pick<PodNetwork, 'dialInNetns'>,
): ForwardTarget {
  const sandbox = () => runtime.list().find(({ config, state }) => config.podUid === podUid && state === 'ready');
  return {
    get name() {
      return sandbox()?.id ?? podUid;
    },
    dial: async port => {
      const { netnsPath } = sandbox() ?? {};
      if (netnsPath === undefined) throw new Error(`failed to find sandboxId for pod ${JSON.stringify(podUid)}`);
      const fd = await network.dialInNetns(netnsPath, '127.0.0.1', port, FORWARD_DIAL_MS).catch((error: unknown) => {
        const reason = error instanceof Error ? dialError(error, `127.0.0.1:${port}`) : String(error);
        const where = JSON.stringify(netnsPath);
        throw new Error(
          `failed to execute portforward in network namespace ${where}: failed to connect to localhost:${port} inside namespace ${where}: ${reason}`,
        );
      });
      return new Socket({ fd, readable: true, writable: true, allowHalfOpen: true }).setNoDelay();
    },
  };
}
