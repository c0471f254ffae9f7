/** Where a group version stands in discovery: higher comes first. */
export interface ApiPriority {
  readonly group: number;
  readonly version: number;
}

/** Of groups that are built in; pkg/controlplane/apiserver/aggregator.go. */
const GROUPS: Readonly<Record<string, number>> = {
  '': 18_000,
  'apiregistration.k8s.io': 20_000,
  apps: 17_800,
  'events.k8s.io': 17_750,
  'authentication.k8s.io': 17_700,
  'authorization.k8s.io': 17_600,
  autoscaling: 17_500,
  batch: 17_400,
  'certificates.k8s.io': 17_300,
  'networking.k8s.io': 17_200,
  policy: 17_100,
  'rbac.authorization.k8s.io': 17_000,
  'storage.k8s.io': 16_800,
  'apiextensions.k8s.io': 16_700,
  'admissionregistration.k8s.io': 16_700,
  'scheduling.k8s.io': 16_600,
  'coordination.k8s.io': 16_500,
  'node.k8s.io': 16_300,
  'discovery.k8s.io': 16_200,
  'flowcontrol.apiserver.k8s.io': 16_100,
  'resource.k8s.io': 16_200,
};

/** Of their versions, where it is not 15. */
const VERSIONS: Readonly<Record<string, number>> = {
  '/v1': 1,
  'autoscaling/v2': 30,
  'flowcontrol.apiserver.k8s.io/v1': 21,
  'resource.k8s.io/v1': 21,
};

const BUILT_IN_VERSION = 15;

/** Of kinds that others define. */
export const CUSTOM_PRIORITY: ApiPriority = { group: 1000, version: 100 };

/** Of a group version that is built in; `undefined` for others. */
export function builtInPriority(group: string, version: string): ApiPriority | undefined {
  const ofGroup = Object.hasOwn(GROUPS, group) ? GROUPS[group] : undefined;
  if (ofGroup === undefined) return undefined;
  return { group: ofGroup, version: VERSIONS[`${group}/${version}`] ?? BUILT_IN_VERSION };
}
