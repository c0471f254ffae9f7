import { collide, hostPortsOf } from '../../kinds/core/v1/host-ports.ts';
import type { SchedulerFilter } from '../contract.ts';

/** Host ports: one of each protocol, address and port a node; 0.0.0.0 is every address. */
export const nodePorts: SchedulerFilter = {
  name: 'NodePorts',
  order: 50,
  wakesOn: ['node-added', 'pod-removed'],
  prepare: ({ spec }) => {
    const wanted = hostPortsOf(spec);
    if (wanted.length === 0) return undefined;
    return ({ hostPorts }) => {
      const used = [...hostPorts.keys()];
      const isTaken = wanted.some(want => used.some(use => collide(want, use)));
      return isTaken ? "node(s) didn't have free ports for the requested pod ports" : undefined;
    };
  },
};
