import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { placed } from '../../../../src/api/field-error.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { timeOf } from '../../../../src/base/timestamp.ts';
import type { Device, DeviceAttribute } from './device.ts';
import { resourceSliceSpec, type ResourceSliceSpec } from './resource-slice-spec.ts';
import { validateResourceSlice, validateResourceSliceUpdate } from './validate-resource-slice.ts';

/** What columns are computed from. */
interface Parts {
  readonly spec: ResourceSliceSpec;
}

export const ResourceSlice = defineResource({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceSlice',
  plural: 'resourceslices',
  scope: 'Cluster',
  generation: true,
  answersDeleted: true,
  doc: 'Devices that a driver has.',
  openapiName: 'io.k8s.api.resource.v1.ResourceSlice',
  fields: {
    spec: resourceSliceSpec.zero().doc('The devices.').at(2),
  },
  columns: [
    nameColumn,
    text('Node', 'The node that has them.', ({ spec }: Parts) => spec.nodeName ?? ''),
    text('Driver', 'The driver of the devices.', ({ spec }: Parts) => spec.driver),
    text('Pool', 'The pool they are of.', ({ spec }: Parts) => spec.pool.name),
    ageColumn,
  ],
  unknownFieldText: field => `field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: ${field}`,
  selectableFields: {
    'spec.nodeName': ({ spec }: Parts) => spec.nodeName ?? '',
    'spec.driver': ({ spec }: Parts) => spec.driver,
  },
  prepareForCreate: (slice, { nowMs }) => ({ ...slice, spec: prepared(slice.spec, nowMs) }),
  prepareForUpdate: (slice, _old, { nowMs }) => ({ ...slice, spec: prepared(slice.spec, nowMs) }),
  validate: ({ spec }, old) => placed('', validateResourceSlice(spec, old?.spec)),
  validateUpdate: ({ spec }, { spec: old }) => validateResourceSliceUpdate(spec, old),
  warnings: ({ spec: { driver } }) =>
    driver === driver.toLowerCase()
      ? []
      : [`spec.driver: driver names should be lowercase; ${JSON.stringify(driver)} contains uppercase characters`],
});
export type ResourceSlice = ObjectOf<typeof ResourceSlice>;

/** Without what upstream does not take unless it is told to, and with the moment of new taints. */
function prepared(spec: ResourceSliceSpec, nowMs: number): ResourceSliceSpec {
  if (spec.devices === undefined) return spec;
  return { ...spec, devices: spec.devices.map(device => preparedDevice(device, nowMs)) };
}

function preparedDevice(device: Device, nowMs: number): Device {
  const { nodeAllocatableResourceMappings: _mappings, attributes, taints, ...rest } = device;
  return {
    ...rest,
    ...(attributes === undefined ? {} : { attributes: mapValues(attributes, withoutLists) }),
    ...(taints === undefined
      ? {}
      : { taints: taints.map(taint => ({ ...taint, timeAdded: taint.timeAdded ?? timeOf(nowMs) })) }),
  };
}

function withoutLists({
  ints: _ints,
  bools: _bools,
  strings: _strings,
  versions: _versions,
  ...rest
}: DeviceAttribute): DeviceAttribute {
  return rest;
}

const mapValues = <V>(entries: Readonly<Record<string, V>>, change: (value: V) => V): Readonly<Record<string, V>> =>
  Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, change(value)]));
