import type { PodSpec } from './pod-spec.ts';

/** `protocol/ip/port` of each port of the node that a pod takes; no address means every address. */
export function hostPortsOf({ containers }: Pick<PodSpec, 'containers'>): readonly string[] {
  let all: string[] | undefined;
  for (const { ports } of containers) {
    for (const { hostPort = 0, hostIP = '', protocol } of ports ?? NO_PORTS) {
      if (hostPort !== 0) (all ??= []).push(`${protocol}/${hostIP === '' ? EVERY : hostIP}/${hostPort}`);
    }
  }
  return all ?? NO_TEXTS;
}

const NO_PORTS: NonNullable<PodSpec['containers'][number]['ports']> = [];
const NO_TEXTS: readonly string[] = [];

/** Whether two pods cannot have these, of `hostPortsOf`, on one node. */
export function collide(one: string, other: string): boolean {
  const [protocol, address, port] = one.split('/');
  const [otherProtocol, otherAddress, otherPort] = other.split('/');
  const isSameAddress = address === otherAddress || address === EVERY || otherAddress === EVERY;
  return isSameAddress && protocol === otherProtocol && port === otherPort;
}

const EVERY = '0.0.0.0';
