import type { Pod } from '../../kinds/core/v1/pod.ts';

/** A disk that a pod mounts by itself, without a claim. */
export interface Disk {
  readonly type: 'gce' | 'aws' | 'iscsi' | 'rbd';
  /** Any of them says that it is the same disk: RBD names several monitors. */
  readonly names: readonly string[];
  /** Two that only read may share it. */
  readonly isReadOnly: boolean;
}

/** Those disks of a pod of which a node can mount one only, or several to read. */
export const disksOf = ({ spec }: Pod): readonly Disk[] =>
  (spec.volumes ?? []).flatMap((volume): readonly Disk[] => {
    const { gcePersistentDisk: gce, awsElasticBlockStore: aws, iscsi, rbd } = volume;
    return [
      ...(gce === undefined ? [] : [{ type: 'gce' as const, names: [gce.pdName], isReadOnly: gce.readOnly === true }]),
      ...(aws === undefined ? [] : [{ type: 'aws' as const, names: [aws.volumeID], isReadOnly: false }]),
      ...(iscsi === undefined
        ? []
        : [{ type: 'iscsi' as const, names: [iscsi.iqn], isReadOnly: iscsi.readOnly === true }]),
      ...(rbd === undefined
        ? []
        : [
            {
              type: 'rbd' as const,
              names: rbd.monitors.map(monitor => JSON.stringify([monitor, rbd.pool, rbd.image])),
              isReadOnly: rbd.readOnly === true,
            },
          ]),
    ];
  });

export const areInConflict = (some: readonly Disk[], others: readonly Disk[]): boolean =>
  some.some(disk =>
    others.some(
      other =>
        disk.type === other.type &&
        !(disk.isReadOnly && other.isReadOnly) &&
        disk.names.some(name => other.names.includes(name)),
    ),
  );
