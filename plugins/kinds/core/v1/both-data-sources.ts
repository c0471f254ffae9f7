import type { PersistentVolumeClaimSpec } from './persistent-volume-claim-spec.ts';

/**
 * Either of the two fields for what a claim is filled from stands for both. The older one drops what it never could
 * name: anything but claims and snapshots.
 */
export function withBothDataSources(spec: PersistentVolumeClaimSpec): PersistentVolumeClaimSpec {
  const { dataSource: given, dataSourceRef, ...rest } = spec;
  const isKnown =
    given !== undefined &&
    (((given.apiGroup ?? '') === '' && given.kind === 'PersistentVolumeClaim') ||
      (given.apiGroup === 'snapshot.storage.k8s.io' && given.kind === 'VolumeSnapshot'));
  const dataSource = dataSourceRef === undefined && !isKnown ? undefined : given;
  if (dataSource !== undefined && dataSourceRef === undefined)
    return { ...rest, dataSource, dataSourceRef: dataSource };
  if (dataSource === undefined && dataSourceRef !== undefined && (dataSourceRef.namespace ?? '') === '') {
    const { namespace: _namespace, ...local } = dataSourceRef;
    return { ...rest, dataSource: local, dataSourceRef };
  }
  return {
    ...rest,
    ...(dataSource === undefined ? {} : { dataSource }),
    ...(dataSourceRef === undefined ? {} : { dataSourceRef }),
  };
}
