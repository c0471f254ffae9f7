import type { CSIDriver } from '../../kinds/storage/v1/csi-driver.ts';
import type { Pod } from '../pod.ts';
import {
  ACCESS_MODE,
  NODE_CAPABILITY,
  type nodeExpandVolume,
  type nodePublishVolume,
  type nodeStageVolume,
} from './csi-rpcs.ts';
import type { CsiVolume } from './csi-volume.ts';
import type { Rpc } from '../drivers/rpc.ts';

type RequestOf<R> = R extends Rpc<infer Request, unknown> ? Request : never;
export type StageRequest = RequestOf<typeof nodeStageVolume>;
export type PublishRequest = RequestOf<typeof nodePublishVolume>;
export type ExpandRequest = RequestOf<typeof nodeExpandVolume>;
type Texts = Readonly<Record<string, string>>;
type DriverSpec = CSIDriver['spec'] | undefined;

/** What a driver is asked by, besides the volume. */
export interface RequestFacts {
  /** The driver's CSIDriver; it need not have one. */
  readonly spec: DriverSpec;
  readonly capabilities: ReadonlySet<number>;
  /** The pod's group for files, where it has one. */
  readonly fsGroup: number | undefined;
  /** What attaching it came to. */
  readonly publishContext: Texts;
}

export const stageRequest = (volume: CsiVolume, facts: RequestFacts, path: string, secrets: Texts): StageRequest => ({
  volumeId: volume.handle,
  publishContext: facts.publishContext,
  stagingTargetPath: path,
  volumeCapability: capabilityOf(volume, facts),
  secrets,
  volumeContext: volume.attributes,
});

export interface PublishPlaces {
  readonly target: string;
  /** Where it is staged, if the driver stages. */
  readonly staging: string | undefined;
}

export function publishRequest(
  volume: CsiVolume,
  facts: RequestFacts,
  { target, staging }: PublishPlaces,
  { secrets, tokens, pod }: { readonly secrets: Texts; readonly tokens: string | undefined; readonly pod: Pod },
): PublishRequest {
  const token: Texts = tokens === undefined ? {} : { 'csi.storage.k8s.io/serviceAccount.tokens': tokens };
  const inSecrets = facts.spec?.serviceAccountTokenInSecrets === true;
  const info = facts.spec?.podInfoOnMount === true && !volume.isBlock ? podInfo(volume, pod) : {};
  return {
    volumeId: volume.handle,
    publishContext: facts.publishContext,
    ...(staging === undefined ? {} : { stagingTargetPath: staging }),
    targetPath: target,
    volumeCapability: capabilityOf(volume, facts),
    readonly: volume.readOnly,
    secrets: inSecrets ? { ...secrets, ...token } : secrets,
    volumeContext: { ...volume.attributes, ...info, ...(inSecrets ? {} : token) },
  };
}

export const expandRequest = (
  volume: CsiVolume,
  facts: RequestFacts,
  { target, staging }: PublishPlaces,
  { bytes, secrets }: { readonly bytes: number; readonly secrets: Texts },
): ExpandRequest => ({
  volumeId: volume.handle,
  volumePath: target,
  capacityRange: { requiredBytes: bytes },
  ...(staging === undefined ? {} : { stagingTargetPath: staging }),
  volumeCapability: capabilityOf(volume, facts),
  secrets,
});

const podInfo = ({ lifecycle }: CsiVolume, { metadata, spec }: Pod): Texts => ({
  'csi.storage.k8s.io/pod.name': metadata.name,
  'csi.storage.k8s.io/pod.namespace': metadata.namespace ?? '',
  'csi.storage.k8s.io/pod.uid': metadata.uid,
  'csi.storage.k8s.io/serviceAccount.name': spec.serviceAccountName ?? '',
  'csi.storage.k8s.io/ephemeral': String(lifecycle === 'Ephemeral'),
});

function capabilityOf(volume: CsiVolume, { capabilities, fsGroup }: RequestFacts): StageRequest['volumeCapability'] {
  const { fsType, mountOptions } = volume;
  const accessMode = { mode: accessModeOf(volume, capabilities.has(NODE_CAPABILITY.singleNodeMultiWriter)) };
  if (volume.isBlock) return { block: {}, accessMode };
  const isGiven = fsGroup !== undefined && capabilities.has(NODE_CAPABILITY.volumeMountGroup);
  return {
    mount: { fsType, mountFlags: mountOptions, ...(isGiven ? { volumeMountGroup: String(fsGroup) } : {}) },
    accessMode,
  };
}

/** As upstream does, by the first of the volume's modes. */
function accessModeOf({ accessModes: [mode] }: CsiVolume, tellsWriters: boolean): number {
  switch (mode) {
    case 'ReadOnlyMany':
      return ACCESS_MODE.multiNodeReaderOnly;
    case 'ReadWriteMany':
      return ACCESS_MODE.multiNodeMultiWriter;
    case 'ReadWriteOncePod':
      return tellsWriters ? ACCESS_MODE.singleNodeSingleWriter : ACCESS_MODE.singleNodeWriter;
    default:
      return tellsWriters ? ACCESS_MODE.singleNodeMultiWriter : ACCESS_MODE.singleNodeWriter;
  }
}

/** Whether the node gives the volume's files to the pod's group: `fsGroupPolicy`. */
export function takesFsGroup(volume: CsiVolume, { spec, capabilities, fsGroup }: RequestFacts): boolean {
  const { isBlock, readOnly } = volume;
  if (fsGroup === undefined || isBlock || readOnly || capabilities.has(NODE_CAPABILITY.volumeMountGroup)) return false;
  switch (spec?.fsGroupPolicy ?? 'ReadWriteOnceWithFSType') {
    case 'None':
      return false;
    case 'File':
      return true;
    case 'ReadWriteOnceWithFSType': {
      const isOnce = volume.accessModes.some(mode => mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod');
      return volume.lifecycle === 'Persistent' && volume.fsType !== '' && isOnce;
    }
  }
}

/** Why the driver has no volumes of this kind; `undefined` if it has. */
export function lifecycleProblem({ lifecycle, driver }: CsiVolume, spec: DriverSpec): string | undefined {
  const modes = spec?.volumeLifecycleModes ?? ['Persistent'];
  if (spec === undefined && lifecycle === 'Ephemeral') {
    return `volume mode ${JSON.stringify(lifecycle)} not supported by driver ${driver} (no CSIDriver object)`;
  }
  if (modes.includes(lifecycle)) return undefined;
  const only = modes.map(mode => JSON.stringify(mode)).join(' ');
  return `volume mode ${JSON.stringify(lifecycle)} not supported by driver ${driver} (only supports [${only}])`;
}
