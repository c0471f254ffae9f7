import { duplicate, forbidden, invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { portNameProblems, portProblems } from '../../../../src/base/port-problems.ts';
import type { Container } from './container.ts';
import type { PodSpec } from './pod-spec.ts';
import { validateEnv, validateEnvFrom } from './validate-env.ts';
import { validateLifecycle, validateProbe } from './validate-handler.ts';
import { validateResources } from './validate-resources.ts';
import { validateMounts } from './validate-volumes.ts';

/** All containers of a pod; their names are one another's. */
export function validateContainers(spec: PodSpec, field: string): readonly FieldError[] {
  const volumes = new Set((spec.volumes ?? []).map(({ name }) => name));
  const names = new Set<string>();
  const each = (containers: readonly Container[], path: string, isInit: boolean): readonly FieldError[] =>
    containers.flatMap((container, index) => {
      const at = `${path}[${index}]`;
      const errors = [
        ...validateContainer(container, volumes, at),
        ...(isInit ? validateInit(container, at) : probeErrors(container, at)),
      ];
      if (names.has(container.name) && container.name !== '') errors.push(duplicate(`${at}.name`, container.name));
      names.add(container.name);
      return errors;
    });
  return [
    ...each(spec.containers, `${field}.containers`, false),
    ...each(spec.initContainers ?? [], `${field}.initContainers`, true),
    ...(spec.hostNetwork === true ? hostPortErrors(spec.containers, `${field}.containers`) : []),
    ...portConflicts(spec, field),
  ];
}

function validateContainer(container: Container, volumes: ReadonlySet<string>, field: string): readonly FieldError[] {
  const { name, image = '', securityContext } = container;
  const errors: FieldError[] = [];
  if (name !== '') errors.push(...dnsLabelProblems(name).map(problem => invalid(`${field}.name`, name, problem)));
  if (image === '') errors.push(required(`${field}.image`));
  else if (image !== image.trim()) {
    errors.push(invalid(`${field}.image`, image, 'must not have leading or trailing whitespace'));
  }
  errors.push(...validatePorts(container, `${field}.ports`));
  errors.push(...validateEnv(container.env ?? [], `${field}.env`));
  errors.push(...validateEnvFrom(container.envFrom ?? [], `${field}.envFrom`));
  errors.push(...validateMounts(container.volumeMounts ?? [], volumes, `${field}.volumeMounts`));
  errors.push(...validateResources(container.resources ?? {}, `${field}.resources`));
  const { privileged = false, allowPrivilegeEscalation, capabilities } = securityContext ?? {};
  if (allowPrivilegeEscalation === false) {
    const detail = (other: string): string => `cannot set \`allowPrivilegeEscalation\` to false and ${other}`;
    const path = `${field}.securityContext`;
    if (privileged) errors.push(invalid(path, securityContext, detail('`privileged` to true')));
    if ((capabilities?.add ?? []).includes('CAP_SYS_ADMIN')) {
      errors.push(invalid(path, securityContext, detail('`capabilities.Add` CAP_SYS_ADMIN')));
    }
  }
  return errors;
}

const probeErrors = (container: Container, field: string): readonly FieldError[] => [
  ...validateLifecycle(container.lifecycle, `${field}.lifecycle`),
  ...validateProbe(container.livenessProbe, `${field}.livenessProbe`, true),
  ...validateProbe(container.readinessProbe, `${field}.readinessProbe`, false),
  ...validateProbe(container.startupProbe, `${field}.startupProbe`, true),
];

/** What runs to its end before the others has no use for probes; a sidecar has. */
function validateInit(container: Container, field: string): readonly FieldError[] {
  if (container.restartPolicy === 'Always') return probeErrors(container, field);
  const unused = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;
  return unused
    .filter(name => container[name] !== undefined)
    .map(name => forbidden(`${field}.${name}`, 'may not be set for init containers without restartPolicy=Always'));
}

function validatePorts({ ports = [] }: Container, field: string): readonly FieldError[] {
  const names = new Set<string>();
  return ports.flatMap(({ name = '', containerPort, hostPort }, index) => {
    const path = `${field}[${index}]`;
    const errors: FieldError[] = [];
    if (name !== '') {
      errors.push(...portNameProblems(name).map(problem => invalid(`${path}.name`, name, problem)));
      if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
      names.add(name);
    }
    if (containerPort === 0) errors.push(required(`${path}.containerPort`));
    else
      errors.push(
        ...portProblems(containerPort).map(problem => invalid(`${path}.containerPort`, containerPort, problem)),
      );
    if (hostPort !== undefined) {
      errors.push(...portProblems(hostPort).map(problem => invalid(`${path}.hostPort`, hostPort, problem)));
    }
    return errors;
  });
}

const hostPortErrors = (containers: readonly Container[], field: string): readonly FieldError[] =>
  containers.flatMap(({ ports = [] }, index) =>
    ports.flatMap(({ containerPort, hostPort }, port) =>
      hostPort === undefined || hostPort === containerPort
        ? []
        : [
            invalid(
              `${field}[${index}].ports[${port}].containerPort`,
              containerPort,
              'must match `hostPort` when `hostNetwork` is true',
            ),
          ],
    ),
  );

/** Two containers cannot have one port of the host. */
function portConflicts({ containers }: PodSpec, field: string): readonly FieldError[] {
  const taken = new Set<string>();
  return containers.flatMap(({ ports = [] }, index) =>
    ports.flatMap(({ hostPort, protocol, hostIP = '' }, port) => {
      if (hostPort === undefined) return [];
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(key)) return [duplicate(`${field}.containers[${index}].ports[${port}].hostPort`, key)];
      taken.add(key);
      return [];
    }),
  );
}
