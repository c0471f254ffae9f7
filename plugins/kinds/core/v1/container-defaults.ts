import { imageTag } from '../../../../src/base/image-tag.ts';
import type { Container } from './container.ts';
import type { ResourceRequirements } from './resource-requirements.ts';

/** The pull policy that goes with an image where none is given. */
export const pullPolicyOf = (image: string | undefined): 'Always' | 'IfNotPresent' =>
  imageTag(image ?? '') === 'latest' ? 'Always' : 'IfNotPresent';

interface Pulled {
  readonly image?: string;
  readonly imagePullPolicy?: Exclude<Container['imagePullPolicy'], undefined>;
}

export const withDefaultPullPolicy = <C extends Pulled>(container: C): C =>
  container.imagePullPolicy === undefined
    ? { ...container, imagePullPolicy: pullPolicyOf(container.image) }
    : container;

/** What is limited is requested, unless something else is requested of it. Pods only, not their templates. */
export function withDefaultRequests<C extends { readonly resources: ResourceRequirements }>(container: C): C {
  const { limits, requests = {} } = container.resources;
  if (limits === undefined || Object.keys(limits).every(name => Object.hasOwn(requests, name))) return container;
  return { ...container, resources: { ...container.resources, requests: { ...limits, ...requests } } };
}

/** On the host's network a container port is the host's. Pods only, not their templates. */
export function withDefaultHostPorts(container: Container): Container {
  const { ports = [] } = container;
  if (ports.every(port => port.hostPort !== undefined)) return container;
  return { ...container, ports: ports.map(port => ({ ...port, hostPort: port.hostPort ?? port.containerPort })) };
}
