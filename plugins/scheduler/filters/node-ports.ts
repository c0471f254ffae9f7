import type { SchedulerFilter } from '../contract.ts';
import { hostPortsOf } from '../node-load.ts';

/** Host ports: one of each protocol, address and port a node; 0.0.0.0 is every address. */
export const nodePorts: SchedulerFilter = {
  name: 'NodePorts',
  order: 50,
  wakesOn: ['node-added', 'pod-removed'],
  prepare: pod => {
    const wanted = hostPortsOf(pod).map(split);
    if (wanted.length === 0) return undefined;
    return ({ hostPorts }) => {
      const used = [...hostPorts.keys()].map(split);
      const isTaken = wanted.some(want => used.some(use => collide(want, use)));
      return isTaken ? "node(s) didn't have free ports for the requested pod ports" : undefined;
    };
  },
};

type HostPort = readonly [protocol: string, address: string, port: string];

const split = (text: string): HostPort => {
  const [protocol = '', address = '', port = ''] = text.split('/');
  return [protocol, address, port];
};

const EVERY = '0.0.0.0';
const collide = (a: HostPort, b: HostPort): boolean =>
  a[0] === b[0] && a[2] === b[2] && (a[1] === b[1] || a[1] === EVERY || b[1] === EVERY);
