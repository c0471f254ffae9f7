import type { ContainerSpec, Pod } from '../pod.ts';
import { fieldPathValue, type PodAddresses } from '../container/field-path.ts';
import { resourceFieldValue, type Allocatable } from '../container/resource-field.ts';
import type { Payload, PayloadFile } from './atomic-writer.ts';
import { VolumeError } from './volume-error.ts';

/** As much of a ConfigMap or Secret as files need. */
export interface KeyedData {
  readonly text: Readonly<Record<string, string>>;
  /** Base64. */
  readonly binary: Readonly<Record<string, string>>;
}

export interface KeyToPath {
  readonly key: string;
  readonly path: string;
  readonly mode?: number;
}

/** The files of a ConfigMap or Secret: all its keys, or the listed ones under their paths. */
export function keyedPayload(
  what: string,
  data: KeyedData,
  items: readonly KeyToPath[] | undefined,
  defaultMode: number,
  optional: boolean,
): Payload {
  const bytesOf = (key: string): Uint8Array | undefined => {
    if (Object.hasOwn(data.text, key)) return Buffer.from(data.text[key] ?? '');
    return Object.hasOwn(data.binary, key) ? Buffer.from(data.binary[key] ?? '', 'base64') : undefined;
  };
  const payload = new Map<string, PayloadFile>();
  if (items === undefined || items.length === 0) {
    for (const key of [...Object.keys(data.text), ...Object.keys(data.binary)]) {
      const bytes = bytesOf(key);
      if (bytes !== undefined) payload.set(key, { data: bytes, mode: defaultMode });
    }
    return payload;
  }
  for (const { key, path, mode } of items) {
    const bytes = bytesOf(key);
    if (bytes === undefined) {
      if (optional) continue;
      throw new VolumeError('NotFound', `${what} references non-existent config key: ${key}`);
    }
    payload.set(checked(path), { data: bytes, mode: mode ?? defaultMode });
  }
  return payload;
}

export interface DownwardItem {
  readonly path: string;
  readonly mode?: number;
  readonly fieldRef?: { readonly fieldPath: string };
  readonly resourceFieldRef?: { readonly containerName?: string; readonly resource: string; readonly divisor?: string };
}

export function downwardPayload(
  pod: Pod,
  items: readonly DownwardItem[],
  defaultMode: number,
  node: { readonly addresses: PodAddresses; readonly allocatable: Allocatable },
): Payload {
  const payload = new Map<string, PayloadFile>();
  for (const { path, mode, fieldRef, resourceFieldRef } of items) {
    const text =
      fieldRef !== undefined
        ? fieldPathValue(pod, fieldRef.fieldPath, node.addresses)
        : resourceFieldRef === undefined
          ? ''
          : resourceFieldValue(
              namedContainer(pod, resourceFieldRef.containerName ?? ''),
              resourceFieldRef.resource,
              resourceFieldRef.divisor,
              node.allocatable,
            );
    payload.set(checked(path), { data: Buffer.from(text), mode: mode ?? defaultMode });
  }
  return payload;
}

function namedContainer(pod: Pod, name: string): ContainerSpec {
  const found = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(container => container.name === name);
  if (found === undefined) throw new VolumeError('NotFound', `container ${name} not found`);
  return found;
}

/** The API refuses such paths; a payload is checked again because it ends on the host's file system. */
export function checked(path: string): string {
  const parts = path.split('/');
  if (
    path === '' ||
    path.startsWith('/') ||
    path.startsWith('..') ||
    parts.some(part => part === '..' || part === '')
  ) {
    throw new VolumeError('Invalid', `invalid path: ${JSON.stringify(path)}`);
  }
  return path;
}
