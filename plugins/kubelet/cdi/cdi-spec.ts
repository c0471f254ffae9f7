import { isRecord } from '../../../src/base/is-record.ts';

/** What CDI tells of the devices of one vendor and class: https://github.com/cncf-tags/container-device-interface */
export interface CdiSpec {
  /** `vendor.com/class`. */
  readonly kind: string;
  /** For a container that has any of the devices. */
  readonly edits: CdiEdits;
  readonly devices: readonly CdiDevice[];
}

export interface CdiDevice {
  readonly name: string;
  readonly edits: CdiEdits;
}

export interface CdiEdits {
  readonly env: readonly string[];
  readonly deviceNodes: readonly CdiDeviceNode[];
  readonly mounts: readonly CdiMount[];
  readonly additionalGids: readonly number[];
  readonly hooks: readonly CdiHook[];
  /** What is asked for besides. */
  readonly others: readonly string[];
}

export interface CdiDeviceNode {
  readonly path: string;
  readonly hostPath: string;
  readonly type: string | undefined;
  readonly major: number | undefined;
  readonly minor: number | undefined;
  readonly fileMode: number | undefined;
  readonly permissions: string;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

export interface CdiHook {
  readonly hookName: string;
  readonly path: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly timeoutSeconds: number | undefined;
}

export interface CdiMount {
  readonly hostPath: string;
  readonly containerPath: string;
  readonly options: readonly string[];
}

/** Reads a specification as JSON or YAML has it; what is wrong with it where it is none. */
export function readCdiSpec(value: unknown): CdiSpec | { readonly problem: string } {
  if (!isRecord(value)) return { problem: 'it is no object' };
  const { cdiVersion, kind, devices, containerEdits } = value;
  if (typeof cdiVersion !== 'string' || !/^(0\.[3-9]|1\.[01])\.\d+$/.test(cdiVersion))
    return { problem: `invalid version ${JSON.stringify(cdiVersion)}` };
  if (typeof kind !== 'string' || !KIND.test(kind)) return { problem: `invalid kind ${JSON.stringify(kind)}` };
  const named = listOf(devices).map(device => ({
    name: textOf(device['name']) ?? '',
    edits: editsOf(device['containerEdits']),
  }));
  const nameless = named.find(({ name }) => !NAME.test(name));
  if (nameless !== undefined) return { problem: `invalid device name ${JSON.stringify(nameless.name)}` };
  return { kind, edits: editsOf(containerEdits), devices: named };
}

const KIND = /^[A-Za-z]([A-Za-z0-9._-]*[A-Za-z0-9])?\/[A-Za-z]([A-Za-z0-9_.-]*[A-Za-z0-9])?$/;
const NAME = /^[A-Za-z0-9]([A-Za-z0-9_.:-]*[A-Za-z0-9])?$/;

const EDITS = new Set(['env', 'deviceNodes', 'mounts', 'additionalGids', 'hooks']);

function editsOf(value: unknown): CdiEdits {
  const edits = isRecord(value) ? value : {};
  return {
    env: textsOf(edits['env']),
    deviceNodes: listOf(edits['deviceNodes']).map(nodeOf),
    mounts: listOf(edits['mounts']).map(mount => ({
      hostPath: textOf(mount['hostPath']) ?? '',
      containerPath: textOf(mount['containerPath']) ?? '',
      options: textsOf(mount['options']),
    })),
    additionalGids: Array.isArray(edits['additionalGids']) ? edits['additionalGids'].filter(isNumber) : [],
    hooks: listOf(edits['hooks']).map(hook => ({
      hookName: textOf(hook['hookName']) ?? '',
      path: textOf(hook['path']) ?? '',
      args: textsOf(hook['args']),
      env: textsOf(hook['env']),
      timeoutSeconds: numberOf(hook['timeout']),
    })),
    others: Object.entries(edits).flatMap(([name, asked]) => (EDITS.has(name) || isEmpty(asked) ? [] : [name])),
  };
}

function nodeOf(node: Readonly<Record<string, unknown>>): CdiDeviceNode {
  const path = textOf(node['path']) ?? '';
  return {
    path,
    hostPath: textOf(node['hostPath']) ?? path,
    type: textOf(node['type']),
    major: numberOf(node['major']),
    minor: numberOf(node['minor']),
    fileMode: numberOf(node['fileMode']),
    permissions: textOf(node['permissions']) ?? 'rwm',
    uid: numberOf(node['uid']),
    gid: numberOf(node['gid']),
  };
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isEmpty = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0);
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const numberOf = (value: unknown): number | undefined => (isNumber(value) ? value : undefined);
const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
const listOf = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];
