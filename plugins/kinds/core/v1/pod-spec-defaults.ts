import { mapShared } from '../../../../src/base/map-shared.ts';
import { pullPolicyOf, withDefaultPullPolicy } from './container-defaults.ts';
import type { VolumeProjection } from './config-volume.ts';
import type { PodSpec } from './pod-spec.ts';
import type { Volume } from './volume.ts';

/** Defaults of a pod's spec, wherever it stands, that depend on other fields. Shares what it keeps. */
export function defaultPodSpec(spec: PodSpec): PodSpec {
  const containers = mapShared(spec.containers, withDefaultPullPolicy);
  const initContainers = mapShared(spec.initContainers ?? [], withDefaultPullPolicy);
  const ephemeralContainers = mapShared(spec.ephemeralContainers ?? [], withDefaultPullPolicy);
  const volumes = mapShared(spec.volumes ?? [], defaultVolume);
  const account = spec.serviceAccountName ?? spec.serviceAccount;
  const isSame =
    containers === spec.containers &&
    initContainers === (spec.initContainers ?? initContainers) &&
    ephemeralContainers === (spec.ephemeralContainers ?? ephemeralContainers) &&
    volumes === (spec.volumes ?? volumes) &&
    account === spec.serviceAccountName &&
    account === spec.serviceAccount;
  if (isSame) return spec;
  return {
    ...spec,
    containers,
    ...(spec.initContainers === undefined ? {} : { initContainers }),
    ...(spec.ephemeralContainers === undefined ? {} : { ephemeralContainers }),
    ...(spec.volumes === undefined ? {} : { volumes }),
    ...(account === undefined ? {} : { serviceAccountName: account, serviceAccount: account }),
  };
}

/** A volume without a source is an empty directory. */
function defaultVolume(volume: Volume): Volume {
  if (Object.keys(volume).every(name => name === 'name')) return { ...volume, emptyDir: {} };
  const { image, projected } = volume;
  if (projected?.sources?.some(isUnserved) === true) {
    return { ...volume, projected: { ...projected, sources: projected.sources.map(withoutUnserved) } };
  }
  if (image === undefined || image.pullPolicy !== undefined) return volume;
  return { ...volume, image: { ...image, pullPolicy: pullPolicyOf(image.reference) } };
}

/** Sources that upstream serves only with an alpha gate open; it drops them where they are written. */
const isUnserved = ({ clusterTrustBundle, podCertificate }: VolumeProjection): boolean =>
  clusterTrustBundle !== undefined || podCertificate !== undefined;

const withoutUnserved = ({
  clusterTrustBundle: _b,
  podCertificate: _c,
  ...source
}: VolumeProjection): VolumeProjection => source;

/** The same of a template, in objects that hold one. */
export function defaultTemplate<T extends { readonly spec: PodSpec }>(template: T): T {
  const spec = defaultPodSpec(template.spec);
  return spec === template.spec ? template : { ...template, spec };
}
