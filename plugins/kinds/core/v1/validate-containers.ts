import {
  duplicate,
  forbidden,
  invalid,
  notFound,
  placed,
  placedAfter,
  required,
} from '../../../../src/api/field-error.ts';
import type { FieldError } from '../../../../src/api/field-error.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import type { Container } from './container.ts';
import type { EphemeralContainer } from './ephemeral-container.ts';
import type { PodSpec } from './pod-spec.ts';
import { validateEnv, validateEnvFrom } from './validate-env.ts';
import { validateLifecycle, validateProbe } from './validate-handler.ts';
import { validateDevices, validateMounts } from './validate-mounts.ts';
import { claimNames } from './validate-pod-resources.ts';
import { portConflicts, validatePorts } from './validate-ports.ts';
import { validateResources } from './validate-resources.ts';
import { validateResizePolicy, validateRestartRules } from './validate-restart-rules.ts';
import { validateSecurityContext } from './validate-security-context.ts';
import type { Volume } from './volume.ts';

/** What a container's rules need to know of its pod. */
interface PodParts {
  readonly spec: PodSpec;
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly claims: ReadonlySet<string>;
  /** Names of containers that came before. */
  readonly names: Set<string>;
}

/** All containers of a pod; their names are one another's. */
export function validateContainers(
  spec: PodSpec,
  volumes: ReadonlyMap<string, Volume>,
  field: string,
): readonly FieldError[] {
  const pod: PodParts = { spec, volumes, claims: claimNames(spec), names: new Set() };
  return [
    ...spec.containers.flatMap((container, index) => {
      const at = `${field}.containers[${index}]`;
      return [
        ...validateContainer(container, pod, at),
        ...nameErrors(container, pod, at),
        ...validateProbes(container, spec, at),
        ...validateRestartRules(container, at),
      ];
    }),
    ...placedAfter(`${field}.containers`, portConflicts(spec.containers, `${field}.containers`)),
    ...(spec.initContainers ?? []).flatMap((container, index) =>
      validateInit(container, pod, `${field}.initContainers[${index}]`, index),
    ),
    ...validateEphemeral(pod, `${field}.ephemeralContainers`),
    ...fileKeyErrors(spec, field),
  ];
}

function validateContainer(
  container: Container | EphemeralContainer,
  { spec, volumes, claims }: PodParts,
  field: string,
): readonly FieldError[] {
  const { name, image = '' } = container;
  const errors: FieldError[] = [];
  if (name !== '') errors.push(...dnsLabelProblems(name).map(problem => invalid(`${field}.name`, name, problem)));
  if (image === '') errors.push(required(`${field}.image`));
  return [
    ...errors,
    ...validatePorts(container.ports ?? [], `${field}.ports`),
    ...validateEnv(container.env ?? [], `${field}.env`),
    ...validateEnvFrom(container.envFrom ?? [], `${field}.envFrom`),
    ...validateMounts(container, volumes, `${field}.volumeMounts`),
    ...validateDevices(container, volumes, `${field}.volumeDevices`),
    ...validateResources(container.resources ?? {}, `${field}.resources`, claims),
    ...validateResizePolicy(container.resizePolicy ?? [], `${field}.resizePolicy`, spec.restartPolicy),
    ...validateSecurityContext(container.securityContext, `${field}.securityContext`, spec.hostUsers !== false),
  ];
}

/** A container's name is its own within the pod; told after what is wrong with the container itself. */
function nameErrors({ name }: { readonly name: string }, { names }: PodParts, field: string): readonly FieldError[] {
  const errors = names.has(name) && name !== '' ? [duplicate(`${field}.name`, name)] : [];
  names.add(name);
  return placed(`${field}.restartPolicy`, errors);
}

function validateProbes(container: Container, spec: PodSpec, field: string): readonly FieldError[] {
  const graceSeconds = spec.terminationGracePeriodSeconds;
  return [
    ...validateLifecycle(container.lifecycle, `${field}.lifecycle`, graceSeconds),
    ...validateProbe(container.livenessProbe, `${field}.livenessProbe`, 'once'),
    ...validateProbe(container.readinessProbe, `${field}.readinessProbe`, 'often'),
    ...validateProbe(container.startupProbe, `${field}.startupProbe`, 'once'),
  ];
}

/** What runs to its end before the others has no use for probes; a sidecar has. */
function validateInit(container: Container, pod: PodParts, field: string, index: number): readonly FieldError[] {
  const list = field.slice(0, field.lastIndexOf('['));
  const errors = [
    ...validateContainer(container, pod, field),
    ...validateRestartRules(container, field),
    ...nameErrors(container, pod, field),
    ...placed(`${field}.lifecycle`, portConflicts([container], list)),
  ];
  if (container.restartPolicy === 'Always') return [...errors, ...validateProbes(container, pod.spec, field)];
  const unused = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;
  const resized = (container.resizePolicy ?? []).flatMap(({ restartPolicy }, at) =>
    restartPolicy === 'RestartContainer'
      ? [
          invalid(
            `${list}[${index}].resizePolicy[${at}].restartPolicy`,
            restartPolicy,
            "must not be set to 'RestartContainer' for non-sidecar initContainers",
          ),
        ]
      : [],
  );
  return [
    ...errors,
    ...unused
      .filter(name => container[name] !== undefined)
      .map(name => forbidden(`${field}.${name}`, 'may not be set for init containers without restartPolicy=Always')),
    ...placedAfter(field, resized),
  ];
}

const NOT_EPHEMERAL = [
  'ports',
  'resources',
  'resizePolicy',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
  'restartPolicy',
  'restartPolicyRules',
] as const;

/** Containers for debugging neither serve nor keep anything. */
function validateEphemeral(pod: PodParts, field: string): readonly FieldError[] {
  const others = new Set(pod.names);
  const detail = 'cannot be set for an Ephemeral Container';
  return (pod.spec.ephemeralContainers ?? []).flatMap((container, index) => {
    const path = `${field}[${index}]`;
    const { targetContainerName: target = '' } = container;
    const late: FieldError[] = [];
    if (target !== '' && !others.has(target)) late.push(notFound(`${path}.targetContainerName`, target));
    const isSet = (value: unknown): boolean =>
      value !== undefined && (typeof value !== 'object' || value === null || Object.keys(value).length > 0);
    late.push(
      ...NOT_EPHEMERAL.filter(name => isSet(container[name])).map(name => forbidden(`${path}.${name}`, detail)),
    );
    for (const [at, { subPath = '', subPathExpr = '' }] of (container.volumeMounts ?? []).entries()) {
      if (subPath !== '') late.push(forbidden(`${path}.volumeMounts[${at}].subPath`, detail));
      if (subPathExpr !== '') late.push(forbidden(`${path}.volumeMounts[${at}].subPathExpr`, detail));
    }
    return [
      ...validateContainer(container, pod, path),
      ...nameErrors(container, pod, path),
      ...placedAfter(path, late),
    ];
  });
}

/** Files of variables are read from an empty directory that a container before filled. */
function fileKeyErrors(spec: PodSpec, field: string): readonly FieldError[] {
  const volumes = new Map((spec.volumes ?? []).map(volume => [volume.name, volume]));
  const errors = (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap(list =>
    (spec[list] ?? []).flatMap(({ env = [] }, index) =>
      env.flatMap(({ valueFrom }, at) => {
        const name = valueFrom?.fileKeyRef?.volumeName;
        if (name === undefined) return [];
        const path = `${field}.${list}[${index}].env[${at}].valueFrom.fileKeyRef.volumeName`;
        const volume = volumes.get(name);
        if (volume === undefined) return [notFound(path, name)];
        return volume.emptyDir === undefined ? [invalid(path, name, 'referenced volume must be of type emptyDir')] : [];
      }),
    ),
  );
  return placedAfter(field, errors);
}
