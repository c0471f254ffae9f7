import { type Stored, boolean, int64, list, object, string } from '../../../../src/schema/schema.ts';
import { nodeSelector } from '../../core/v1/node-selector.ts';
import { counterSet, device } from './device.ts';

const resourcePool = object({
  name: string().zero().doc('Its name.').at(1),
  generation: int64().zero().doc('Which of its states this is.').at(2),
  resourceSliceCount: int64().zero().doc('How many slices it has in that state.').at(3),
})
  .named('io.k8s.api.resource.v1.ResourcePool')
  .doc('Devices that are told of together.');
export type ResourcePool = Stored<typeof resourcePool>;

export const resourceSliceSpec = object({
  driver: string().zero().doc('The driver of the devices.').at(1),
  pool: resourcePool.zero().doc('The pool they are of.').at(2),
  nodeName: string().optional().doc('The node that has them.').at(3),
  nodeSelector: nodeSelector.optional().doc('Nodes that have them.').at(4),
  allNodes: boolean().optional().doc('Whether all nodes have them.').at(5),
  devices: list(device).omitEmpty().doc('The devices.').at(6),
  perDeviceNodeSelection: boolean().optional().doc('Whether each says which nodes have it.').at(7),
  sharedCounters: list(counterSet).omitEmpty().doc('Amounts that they share.').at(8),
})
  .named('io.k8s.api.resource.v1.ResourceSliceSpec')
  .doc('Devices of one pool.');
export type ResourceSliceSpec = Stored<typeof resourceSliceSpec>;
