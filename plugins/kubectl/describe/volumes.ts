import { dig, listAt, textAt, fieldsAt } from '../dig.ts';
import type { Description } from './description.ts';

export function describeVolumes(out: Description, volumes: readonly unknown[], inTemplate: boolean): void {
  const space = inTemplate ? '  ' : '';
  if (volumes.length === 0) return out.line(`${space}Volumes:\t<none>`);
  out.line(`${space}Volumes:`);
  for (const volume of volumes) {
    out.line(`${inTemplate ? ' ' : ''}${textAt(volume, 'name')}:`, 1);
    describeVolume(out, volume);
  }
}

type Rows = (source: unknown) => readonly (readonly [string, string])[];
const optional = (source: unknown): string => String(dig(source, 'optional') === true);

/** What is said of each kind of volume: its type, then its fields. */
const KINDS: Readonly<Record<string, readonly [type: string, rows: Rows]>> = {
  hostPath: [
    'HostPath (bare host directory volume)',
    source => [
      ['Path', textAt(source, 'path')],
      ['HostPathType', textAt(source, 'type')],
    ],
  ],
  emptyDir: [
    "EmptyDir (a temporary directory that shares a pod's lifetime)",
    source => [
      ['Medium', textAt(source, 'medium')],
      ['SizeLimit', textAt(source, 'sizeLimit') || '<unset>'],
    ],
  ],
  secret: [
    'Secret (a volume populated by a Secret)',
    source => [
      ['SecretName', textAt(source, 'secretName')],
      ['Optional', optional(source)],
    ],
  ],
  configMap: [
    'ConfigMap (a volume populated by a ConfigMap)',
    source => [
      ['Name', textAt(source, 'name')],
      ['Optional', optional(source)],
    ],
  ],
  persistentVolumeClaim: [
    'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
    source => [
      ['ClaimName', textAt(source, 'claimName')],
      ['ReadOnly', String(dig(source, 'readOnly') === true)],
    ],
  ],
  nfs: [
    'NFS (an NFS mount that lasts the lifetime of a pod)',
    source => [
      ['Server', textAt(source, 'server')],
      ['Path', textAt(source, 'path')],
      ['ReadOnly', String(dig(source, 'readOnly') === true)],
    ],
  ],
};

function describeVolume(out: Description, volume: unknown): void {
  const [kind = ''] = Object.keys(fieldsAt(volume)).filter(key => key !== 'name');
  const source = dig(volume, kind);
  const known = KINDS[kind];
  if (known !== undefined) {
    out.field('Type', known[0], 2);
    for (const [name, value] of known[1](source)) out.field(name, value, 2);
  } else if (kind === 'projected') describeProjected(out, source);
  else if (kind === 'downwardAPI') {
    out.field('Type', 'DownwardAPI (a volume populated by information about the pod)', 2);
    out.line('Items:', 2);
    for (const item of listAt(source, 'items')) {
      out.line(
        `${textAt(item, 'fieldRef', 'fieldPath') || textAt(item, 'resourceFieldRef', 'resource')} -> ${textAt(item, 'path')}`,
        3,
      );
    }
  } else out.line('<unknown>', 1);
}

function describeProjected(out: Description, projected: unknown): void {
  out.field('Type', 'Projected (a volume that contains injected data from multiple sources)', 2);
  for (const source of listAt(projected, 'sources')) {
    const [secret, map, token] = ['secret', 'configMap', 'serviceAccountToken'].map(key => dig(source, key));
    if (secret !== undefined) {
      out.field('SecretName', textAt(secret, 'name'), 2);
      out.field('Optional', optional(secret), 2);
    } else if (map !== undefined) {
      out.field('ConfigMapName', textAt(map, 'name'), 2);
      out.field('Optional', optional(map), 2);
    } else if (token !== undefined) out.field('TokenExpirationSeconds', textAt(token, 'expirationSeconds'), 2);
    else if (dig(source, 'downwardAPI') !== undefined) out.field('DownwardAPI', 'true', 2);
  }
}
