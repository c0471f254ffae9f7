import type { ContainerSpec, Pod } from '../pod.ts';
import { ContainerConfigError } from './container-config-error.ts';
import { expandReferences } from './expand-references.ts';
import { fieldPathValue, type PodAddresses } from './field-path.ts';
import { resourceFieldValue, type Allocatable } from './resource-field.ts';
import { serviceVariables, type ServiceAddress } from './service-variables.ts';

/** Where a container's variables come from besides its own spec. */
export interface EnvironmentSources {
  /** Texts of a ConfigMap or Secret by key; `undefined` when there is none of that name. */
  configMap(namespace: string, name: string): Readonly<Record<string, string>> | undefined;
  secret(namespace: string, name: string): Readonly<Record<string, string>> | undefined;
  /** Services that this pod's namespace sees. */
  readonly services: readonly ServiceAddress[];
  readonly addresses: PodAddresses;
  readonly allocatable: Allocatable;
}

type Variables = Map<string, string>;
type Reference = NonNullable<NonNullable<ContainerSpec['env']>[number]['valueFrom']>;

/** The container's variables, later sources over earlier ones: services, envFrom, env. */
export function containerEnvironment(pod: Pod, container: ContainerSpec, sources: EnvironmentSources): Variables {
  const services = serviceVariables(sources.services);
  const result: Variables = new Map();
  for (const source of container.envFrom ?? []) addAll(result, pod, source, sources);
  for (const { name, value, valueFrom } of container.env ?? []) {
    const text =
      valueFrom === undefined
        ? expandReferences(value ?? '', reference => result.get(reference) ?? services.get(reference))
        : referenced(pod, container, valueFrom, sources);
    if (text !== undefined) result.set(name, text);
  }
  for (const [name, value] of services) if (!result.has(name)) result.set(name, value);
  return result;
}

type EnvFrom = NonNullable<ContainerSpec['envFrom']>[number];

function addAll(result: Variables, pod: Pod, source: EnvFrom, sources: EnvironmentSources): void {
  const { namespace = '' } = pod.metadata;
  const { prefix = '', configMapRef, secretRef } = source;
  const reference = configMapRef ?? secretRef;
  if (reference === undefined) return;
  const { name, optional } = reference;
  const data = configMapRef === undefined ? sources.secret(namespace, name) : sources.configMap(namespace, name);
  if (data === undefined) {
    if (optional === true) return;
    throw configError(`${configMapRef === undefined ? 'secret' : 'configmap'} "${name}" not found`);
  }
  for (const [key, value] of Object.entries(data)) if (isVariableName(prefix + key)) result.set(prefix + key, value);
}

function referenced(
  pod: Pod,
  container: ContainerSpec,
  reference: Reference,
  sources: EnvironmentSources,
): string | undefined {
  const { namespace = '' } = pod.metadata;
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = reference;
  if (fieldRef !== undefined) return fieldPathValue(pod, fieldRef.fieldPath, sources.addresses);
  if (resourceFieldRef !== undefined) {
    const { containerName = '', resource, divisor } = resourceFieldRef;
    const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
    const about = containerName === '' ? container : all.find(({ name }) => name === containerName);
    if (about === undefined) throw configError(`container ${containerName} not found`);
    return resourceFieldValue(about, resource, divisor, sources.allocatable);
  }
  if (configMapKeyRef !== undefined) {
    return keyOf('ConfigMap', configMapKeyRef, namespace, sources.configMap(namespace, configMapKeyRef.name ?? ''));
  }
  if (secretKeyRef !== undefined) {
    return keyOf('Secret', secretKeyRef, namespace, sources.secret(namespace, secretKeyRef.name ?? ''));
  }
  return undefined;
}

function keyOf(
  kind: 'ConfigMap' | 'Secret',
  { name = '', key, optional }: { readonly name?: string; readonly key: string; readonly optional?: boolean },
  namespace: string,
  data: Readonly<Record<string, string>> | undefined,
): string | undefined {
  if (data !== undefined && Object.hasOwn(data, key)) return data[key];
  if (optional === true) return undefined;
  if (data === undefined) throw configError(`${kind.toLowerCase()} "${name}" not found`);
  throw configError(`couldn't find key ${key} in ${kind} ${namespace}/${name}`);
}

/** Printable ASCII but `=`, as relaxed since 1.30 (KEP-4369). */
const isVariableName = (name: string): boolean => /^[ -<>-~]+$/.test(name);

const configError = (message: string): ContainerConfigError =>
  new ContainerConfigError('CreateContainerConfigError', message);
