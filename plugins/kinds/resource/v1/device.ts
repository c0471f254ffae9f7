import { type Stored, boolean, int64, list, map, object, quantity, string } from '../../../../src/schema/schema.ts';
import { nodeSelector } from '../../core/v1/node-selector.ts';
import { deviceTaint } from './device-selector.ts';

const RESOURCE = 'io.k8s.api.resource.v1';

const deviceAttribute = object({
  int: int64().optional().doc('A number.').at(2),
  bool: boolean().optional().doc('Yes or no.').at(3),
  string: string().optional().doc('A text.').at(4),
  version: string().optional().doc('A version, of semver.org.').at(5),
  ints: list(int64()).omitEmpty().doc('Numbers.').at(6),
  bools: list(boolean()).omitEmpty().doc('Yes or no, several times.').at(7),
  strings: list(string()).omitEmpty().doc('Texts.').at(8),
  versions: list(string()).omitEmpty().doc('Versions.').at(9),
})
  .named(`${RESOURCE}.DeviceAttribute`)
  .doc('A value; one of these.');
export type DeviceAttribute = Stored<typeof deviceAttribute>;

const capacityRequestPolicyRange = object({
  min: quantity().demanded().doc('The least.').at(1),
  max: quantity().optional().doc('The most.').at(2),
  step: quantity().optional().doc('What it is a multiple of, from the least on.').at(3),
})
  .named(`${RESOURCE}.CapacityRequestPolicyRange`)
  .doc('Amounts that may be asked for.');

const capacityRequestPolicy = object({
  default: quantity().optional().doc('How much is taken where none is asked for.').at(1),
  validValues: list(quantity()).omitEmpty().doc('Amounts that may be asked for.').at(3),
  validRange: capacityRequestPolicyRange.optional().doc('Amounts that may be asked for.').at(4),
})
  .named(`${RESOURCE}.CapacityRequestPolicy`)
  .doc('How much may be asked for.');
export type CapacityRequestPolicy = Stored<typeof capacityRequestPolicy>;

const deviceCapacity = object({
  value: quantity().zero().doc('How much there is.').at(1),
  requestPolicy: capacityRequestPolicy.optional().doc('How much may be asked for.').at(2),
})
  .named(`${RESOURCE}.DeviceCapacity`)
  .doc('How much there is of something.');
export type DeviceCapacity = Stored<typeof deviceCapacity>;

const counter = object({ value: quantity().zero().doc('How much.').at(1) })
  .named(`${RESOURCE}.Counter`)
  .doc('An amount.');

export const counterSet = object({
  name: string().zero().doc('Its name.').at(1),
  counters: map(counter).demanded().omitEmpty().doc('How much there is of each.').at(2),
})
  .named(`${RESOURCE}.CounterSet`)
  .doc('Amounts that devices share.');
export type CounterSet = Stored<typeof counterSet>;

const deviceCounterConsumption = object({
  counterSet: string().zero().doc('The amounts that are shared.').at(1),
  counters: map(counter).demanded().omitEmpty().doc('How much it takes of each.').at(2),
})
  .named(`${RESOURCE}.DeviceCounterConsumption`)
  .doc('What a device takes of what is shared.');
export type DeviceCounterConsumption = Stored<typeof deviceCounterConsumption>;

const nodeAllocatableResourceMapping = object({
  capacityKey: string().optional().doc('The capacity that counts.').at(1),
  allocationMultiplier: quantity().optional().doc('How often it counts.').at(2),
})
  .named(`${RESOURCE}.NodeAllocatableResourceMapping`)
  .doc('What a device takes of a node.');

export const device = object({
  name: string().zero().doc('Its name, unique within its pool.').at(1),
  attributes: map(deviceAttribute).omitEmpty().doc('What is to be known of it.').at(2),
  capacity: map(deviceCapacity).omitEmpty().doc('What there is of it.').at(3),
  consumesCounters: list(deviceCounterConsumption).omitEmpty().doc('What it takes of what is shared.').at(4),
  nodeName: string().optional().doc('The node that has it.').at(5),
  nodeSelector: nodeSelector.optional().doc('Nodes that have it.').at(6),
  allNodes: boolean().optional().doc('Whether all nodes have it.').at(7),
  taints: list(deviceTaint).omitEmpty().doc('Why it is not to be used.').at(8),
  bindsToNode: boolean().optional().doc('Whether a claim is tied to the node it was given for.').at(9),
  bindingConditions: list(string()).omitEmpty().doc('Conditions that must hold before pods are bound.').at(10),
  bindingFailureConditions: list(string()).omitEmpty().doc('Conditions that tell that they will not.').at(11),
  allowMultipleAllocations: boolean().optional().doc('Whether several claims may have it.').at(12),
  nodeAllocatableResourceMappings: map(nodeAllocatableResourceMapping)
    .omitEmpty()
    .doc('What it takes of its node.')
    .at(13),
})
  .named(`${RESOURCE}.Device`)
  .doc('A device.');
export type Device = Stored<typeof device>;
