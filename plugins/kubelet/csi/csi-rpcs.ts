import { boolean, int32, int64, list, map, object, string } from '../../../src/schema/schema.ts';
import { defineRpc } from '../drivers/rpc.ts';

/**
 * What a kubelet asks of the node service of a driver, those messages and fields of them that are used:
 * https://github.com/container-storage-interface/spec/blob/master/csi.proto
 */
const empty = object({});
const texts = map(string());

/** `VolumeCapability.AccessMode.Mode`. */
export const ACCESS_MODE = {
  singleNodeWriter: 1,
  multiNodeReaderOnly: 3,
  multiNodeMultiWriter: 5,
  singleNodeSingleWriter: 6,
  singleNodeMultiWriter: 7,
} as const;

/** `NodeServiceCapability.RPC.Type`. */
export const NODE_CAPABILITY = {
  stageUnstage: 1,
  volumeStats: 2,
  expand: 3,
  singleNodeMultiWriter: 5,
  volumeMountGroup: 6,
} as const;

/** `VolumeUsage.Unit`. */
export const USAGE_UNIT = { bytes: 1, inodes: 2 } as const;

/** Either `block` or `mount`. */
const capability = object({
  block: object({}).optional().at(1),
  mount: object({
    fsType: string().omitEmpty().at(1),
    mountFlags: list(string()).omitEmpty().at(2),
    volumeMountGroup: string().omitEmpty().at(3),
  })
    .optional()
    .at(2),
  accessMode: object({ mode: int32().at(1) }).at(3),
});

export const nodeGetInfo = defineRpc(
  '/csi.v1.Node/NodeGetInfo',
  empty,
  object({
    nodeId: string().zero().at(1),
    maxVolumesPerNode: int64().zero().at(2),
    accessibleTopology: object({ segments: texts.zero().at(1) })
      .present()
      .at(3),
  }),
);

export const nodeGetCapabilities = defineRpc(
  '/csi.v1.Node/NodeGetCapabilities',
  empty,
  object({
    capabilities: list(
      object({
        rpc: object({ type: int32().zero().at(1) })
          .present()
          .at(1),
      }),
    )
      .zero()
      .at(1),
  }),
);

export const nodeStageVolume = defineRpc(
  '/csi.v1.Node/NodeStageVolume',
  object({
    volumeId: string().at(1),
    publishContext: texts.omitEmpty().at(2),
    stagingTargetPath: string().at(3),
    volumeCapability: capability.at(4),
    secrets: texts.omitEmpty().at(5),
    volumeContext: texts.omitEmpty().at(6),
  }),
  empty,
);

export const nodeUnstageVolume = defineRpc(
  '/csi.v1.Node/NodeUnstageVolume',
  object({ volumeId: string().at(1), stagingTargetPath: string().at(2) }),
  empty,
);

export const nodePublishVolume = defineRpc(
  '/csi.v1.Node/NodePublishVolume',
  object({
    volumeId: string().at(1),
    publishContext: texts.omitEmpty().at(2),
    stagingTargetPath: string().omitEmpty().at(3),
    targetPath: string().at(4),
    volumeCapability: capability.at(5),
    readonly: boolean().at(6),
    secrets: texts.omitEmpty().at(7),
    volumeContext: texts.omitEmpty().at(8),
  }),
  empty,
);

export const nodeExpandVolume = defineRpc(
  '/csi.v1.Node/NodeExpandVolume',
  object({
    volumeId: string().at(1),
    volumePath: string().at(2),
    capacityRange: object({ requiredBytes: int64().at(1) }).at(3),
    stagingTargetPath: string().omitEmpty().at(4),
    volumeCapability: capability.at(5),
    secrets: texts.omitEmpty().at(6),
  }),
  object({ capacityBytes: int64().zero().at(1) }),
);

export const nodeUnpublishVolume = defineRpc(
  '/csi.v1.Node/NodeUnpublishVolume',
  object({ volumeId: string().at(1), targetPath: string().at(2) }),
  empty,
);

export const nodeGetVolumeStats = defineRpc(
  '/csi.v1.Node/NodeGetVolumeStats',
  object({ volumeId: string().at(1), volumePath: string().at(2) }),
  object({
    usage: list(
      object({
        available: int64().zero().at(1),
        total: int64().zero().at(2),
        used: int64().zero().at(3),
        unit: int32().zero().at(4),
      }),
    )
      .zero()
      .at(1),
  }),
);
