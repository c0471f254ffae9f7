import type { Pod, Volume } from '../pod.ts';
import type { Payload, PayloadFile } from './atomic-writer.ts';
import { checked, downwardPayload, keyedPayload, type KeyedData, type KeyToPath } from './payload.ts';
import { VolumeError } from './volume-error.ts';
import type { VolumeSources } from './volume-sources.ts';

export interface BuiltPayload {
  readonly files: Payload;
  /** When a token in it has to be renewed. */
  readonly renewAtMs: number | undefined;
}

/** The files of a configMap, secret, downwardAPI or projected volume as they should be now. */
export async function volumePayload(pod: Pod, volume: Volume, sources: VolumeSources): Promise<BuiltPayload> {
  const node = { addresses: sources.addresses(pod), allocatable: sources.allocatable };
  const { configMap, secret, downwardAPI, projected } = volume;
  const still = (files: Payload): BuiltPayload => ({ files, renewAtMs: undefined });
  if (configMap !== undefined) {
    return still(keyed(pod, sources, 'configmap', { ...configMap, name: configMap.name }, configMap.defaultMode));
  }
  if (secret !== undefined) {
    return still(keyed(pod, sources, 'secret', { ...secret, name: secret.secretName ?? '' }, secret.defaultMode));
  }
  if (downwardAPI !== undefined) {
    return still(downwardPayload(pod, downwardAPI.items ?? [], downwardAPI.defaultMode ?? DEFAULT_MODE, node));
  }
  if (projected === undefined) throw new VolumeError('Unsupported', `volume ${volume.name} holds no configuration`);
  return projectedPayload(pod, projected, sources);
}

const DEFAULT_MODE = 0o644;

interface KeyedSource {
  readonly name?: string;
  readonly items?: readonly KeyToPath[];
  readonly optional?: boolean;
}

function keyed(
  pod: Pod,
  sources: VolumeSources,
  kind: 'configmap' | 'secret',
  { name = '', items, optional = false }: KeyedSource,
  mode = DEFAULT_MODE,
): Payload {
  const { namespace = '' } = pod.metadata;
  const found = kind === 'configmap' ? sources.configMap(namespace, name) : sources.secret(namespace, name);
  if (found === undefined && !optional) throw new VolumeError('NotFound', `${kind} "${name}" not found`);
  const data: KeyedData = found ?? { text: {}, binary: {} };
  return keyedPayload(kind === 'configmap' ? 'configmap' : 'secret', data, items, mode, optional);
}

async function projectedPayload(
  pod: Pod,
  projected: NonNullable<Volume['projected']>,
  sources: VolumeSources,
): Promise<BuiltPayload> {
  const mode = projected.defaultMode ?? DEFAULT_MODE;
  const node = { addresses: sources.addresses(pod), allocatable: sources.allocatable };
  const files = new Map<string, PayloadFile>();
  let renewAtMs: number | undefined;
  const add = (payload: Payload): void => {
    for (const [path, file] of payload) files.set(path, file);
  };
  for (const source of projected.sources ?? []) {
    if (source.configMap !== undefined) add(keyed(pod, sources, 'configmap', source.configMap, mode));
    else if (source.secret !== undefined) add(keyed(pod, sources, 'secret', source.secret, mode));
    else if (source.downwardAPI !== undefined) add(downwardPayload(pod, source.downwardAPI.items ?? [], mode, node));
    else if (source.serviceAccountToken !== undefined) {
      const { audience = '', expirationSeconds, path } = source.serviceAccountToken;
      const issued = await sources.token(pod, { audience, expirationSeconds });
      renewAtMs = Math.min(renewAtMs ?? Infinity, issued.renewAtMs);
      files.set(checked(path), tokenFile(pod, issued.token, mode));
    } else
      throw new VolumeError('Unsupported', 'only configMap, secret, downwardAPI and serviceAccountToken are projected');
  }
  return { files, renewAtMs };
}

/** A token is for the pod's processes only: its group by fsGroup, or the one user all containers run as. */
function tokenFile(pod: Pod, token: string, mode: number): PayloadFile {
  const { fsGroup } = pod.spec.securityContext ?? {};
  const data = Buffer.from(token);
  if (fsGroup !== undefined) return { data, mode: 0o600 };
  const users = new Set(
    [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map(
      ({ securityContext }) => securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser,
    ),
  );
  const [only] = users;
  return users.size === 1 && only !== undefined ? { data, mode: 0o600, uid: only } : { data, mode };
}
