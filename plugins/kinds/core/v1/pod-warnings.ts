import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { labelValueProblems } from '../../../../src/base/qualified-name.ts';
import { fractions } from './fractions.ts';
import type { NodeSelectorTerm } from './node-selector.ts';
import { pathWarnings } from './path-warnings.ts';
import type { PodObject } from './pod-object.ts';
import type { PodSpec } from './pod-spec.ts';
import { containerWarnings, type ContainerSeat } from './container-warnings.ts';
import { oldLabel } from './node-label-warnings.ts';

/** What is taken of a new pod, and is hardly meant. People write no changes of pods. */
export function podWarnings({ metadata, spec }: PodObject, old?: PodObject): readonly string[] {
  if (old !== undefined) return [];
  const problems = dnsLabelProblems(metadata.name);
  const name =
    "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: ";
  return [...(problems.length === 0 ? [] : [`${name}[${problems.join(' ')}]`]), ...podSpecWarnings(spec, 'spec')];
}

/** The same of a spec, in a pod or in a template. */
export function podSpecWarnings(spec: PodSpec, field: string): readonly string[] {
  const seats: readonly ContainerSeat[] = (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap(
    list => (spec[list] ?? []).map((container, index) => ({ container, path: `${field}.${list}[${index}]` })),
  );
  return [
    ...placeWarnings(spec, field),
    ...volumeWarnings(spec, `${field}.volumes`),
    ...repeated(spec.hostAliases ?? [], ({ ip }) => ip, `${field}.hostAliases`, 'ip'),
    ...repeated(spec.imagePullSecrets ?? [], ({ name }) => name, `${field}.imagePullSecrets`, 'name'),
    ...(spec.imagePullSecrets ?? []).flatMap(({ name }, index) =>
      name === '' ? [`${field}.imagePullSecrets[${index}].name: invalid empty name ""`] : [],
    ),
    ...fractions(spec.overhead, ['memory', 'ephemeral-storage'], `${field}.overhead`),
    ...containerWarnings(seats),
    ...affinityWarnings(spec, `${field}.affinity`),
  ];
}

function placeWarnings(spec: PodSpec, field: string): readonly string[] {
  const { requiredDuringSchedulingIgnoredDuringExecution: must, preferredDuringSchedulingIgnoredDuringExecution: may } =
    spec.affinity?.nodeAffinity ?? {};
  const path = `${field}.affinity.nodeAffinity`;
  return [
    ...Object.keys(spec.nodeSelector ?? {}).flatMap(key => {
      const message = oldLabel(key);
      return message === undefined ? [] : [`${field}.nodeSelector[${key}]: ${message}`];
    }),
    ...(must?.nodeSelectorTerms ?? []).flatMap((term, index) =>
      termWarnings(term, `${path}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${index}]`, false),
    ),
    ...(may ?? []).flatMap(({ preference }, index) =>
      termWarnings(preference, `${path}.preferredDuringSchedulingIgnoredDuringExecution[${index}].preference`, true),
    ),
    ...(spec.topologySpreadConstraints ?? []).flatMap(({ topologyKey, labelSelector }, index) => {
      const at = `${field}.topologySpreadConstraints[${index}]`;
      const message = oldLabel(topologyKey);
      return [
        ...(message === undefined ? [] : [`${at}.topologyKey: ${topologyKey} is ${message}`]),
        ...(labelSelector === undefined ? [`${at}.labelSelector: ${MATCHES_NOTHING}`] : []),
      ];
    }),
  ];
}

const MATCHES_NOTHING = 'a null labelSelector results in matching no pod';

const termWarnings = ({ matchExpressions = [] }: NodeSelectorTerm, field: string, checksValues: boolean) =>
  matchExpressions.flatMap(({ key, values = [] }, index) => {
    const at = `${field}.matchExpressions[${index}]`;
    const message = oldLabel(key);
    return [
      ...(message === undefined ? [] : [`${at}.key: ${key} is ${message}`]),
      ...(checksValues ? values : []).flatMap((value, item) =>
        labelValueProblems(value).map(problem => `${at}.values[${item}]: ${value} is invalid, ${problem}`),
      ),
    ];
  });

const OLD_VOLUMES = [
  ['photonPersistentDisk', 'photonPersistentDisk: deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'gitRepo: deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'scaleIO: deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'flocker: deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'storageOS: deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'quobyte: deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs: deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'cephfs: deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'rbd: deprecated in v1.28, non-functional in v1.31+'],
] as const;

const volumeWarnings = ({ volumes = [] }: PodSpec, field: string): readonly string[] => [
  ...volumes.flatMap((volume, index) =>
    OLD_VOLUMES.filter(([name]) => volume[name] !== undefined).map(([, text]) => `${field}[${index}].${text}`),
  ),
  ...pathWarnings(volumes),
];

function repeated<T>(list: readonly T[], keyOf: (item: T) => string, field: string, name: string): readonly string[] {
  const seen = new Set<string>();
  return list.flatMap((item, index) => {
    const key = keyOf(item);
    if (seen.has(key)) return [`${field}[${index}].${name}: duplicate ${name} ${JSON.stringify(key)}`];
    seen.add(key);
    return [];
  });
}

function affinityWarnings({ affinity }: PodSpec, field: string): readonly string[] {
  return (['podAffinity', 'podAntiAffinity'] as const).flatMap(name => {
    const {
      requiredDuringSchedulingIgnoredDuringExecution: must = [],
      preferredDuringSchedulingIgnoredDuringExecution: may = [],
    } = affinity?.[name] ?? {};
    const path = `${field}.${name}`;
    return [
      ...must.flatMap(({ labelSelector }, index) =>
        labelSelector === undefined
          ? [`${path}.requiredDuringSchedulingIgnoredDuringExecution[${index}].labelSelector: ${MATCHES_NOTHING}`]
          : [],
      ),
      ...may.flatMap(({ podAffinityTerm }, index) => {
        const at = `${path}.preferredDuringSchedulingIgnoredDuringExecution[${index}].podAffinityTerm`;
        return podAffinityTerm.labelSelector === undefined ? [`${at}.labelSelector: ${MATCHES_NOTHING}`] : [];
      }),
    ];
  });
}
