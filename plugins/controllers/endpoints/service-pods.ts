import type { Key } from '../../../src/api/client.ts';
import { matcherOfLabels } from '../../../src/api/label-selector.ts';
import type { Caches } from '../../../src/sdk/caches.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { Service } from '../../kinds/core/v1/service.ts';
import type { ServicePort } from '../../kinds/core/v1/service-spec.ts';
import { isFinished, isTerminating } from '../pod-facts.ts';

/** Says that a service has no address of its own; on slices and Endpoints. */
export const HEADLESS_LABEL = 'service.kubernetes.io/headless';

export const isHeadless = ({ spec }: Service): boolean => spec.clusterIP === 'None';

/** Only services with a selector get their endpoints from here. */
export const isSelecting = ({ spec }: Service): boolean =>
  spec.type !== 'ExternalName' && spec.selector !== undefined && Object.keys(spec.selector).length > 0;

/** The services that select a pod. */
export function servicesOf(pod: Pod, caches: Caches): readonly Key[] {
  return caches
    .of(Service)
    .list(pod.metadata.namespace)
    .filter(
      service => isSelecting(service) && matcherOfLabels(service.spec.selector ?? {}).matches(pod.metadata.labels),
    )
    .map(service => service.metadata);
}

export function selectedPods(service: Service, caches: Caches): readonly Pod[] {
  const matcher = matcherOfLabels(service.spec.selector ?? {});
  return caches
    .of(Pod)
    .list(service.metadata.namespace)
    .filter(({ metadata }) => matcher.matches(metadata.labels));
}

/** Those that have an address and have not ended. */
export const addressedPods = (pods: readonly Pod[], options: { readonly terminating: boolean }): readonly Pod[] =>
  pods.filter(
    pod => !isFinished(pod) && (pod.status.podIP ?? '') !== '' && (options.terminating || !isTerminating(pod)),
  );

export interface ResolvedPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: ServicePort['protocol'];
  readonly appProtocol?: string;
}

/** The service's ports on one pod; a port whose name the pod does not know is left out. */
export function portsOn(service: Service, pod: Pod): readonly ResolvedPort[] {
  return (service.spec.ports ?? []).flatMap(servicePort => {
    const port = targetPort(servicePort, pod);
    if (port === undefined) return [];
    const { name = '', protocol, appProtocol } = servicePort;
    return [{ name, port, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
  });
}

function targetPort({ targetPort: target, port, protocol }: ServicePort, pod: Pod): number | undefined {
  if (target === undefined || target === 0 || target === '') return port;
  if (typeof target === 'number') return target;
  const sidecars = (pod.spec.initContainers ?? []).filter(container => container.restartPolicy === 'Always');
  return [...pod.spec.containers, ...sidecars]
    .flatMap(container => container.ports ?? [])
    .find(candidate => candidate.name === target && candidate.protocol === protocol)?.containerPort;
}

/** The pod's own name within the service's domain, when it has one. */
export function hostnameIn(service: Service, pod: Pod): string | undefined {
  const { hostname = '', subdomain } = pod.spec;
  return hostname !== '' && subdomain === service.metadata.name ? hostname : undefined;
}

export const referenceTo = (pod: Pod) => ({
  kind: 'Pod',
  name: pod.metadata.name,
  ...(pod.metadata.namespace === undefined ? {} : { namespace: pod.metadata.namespace }),
  uid: pod.metadata.uid,
});
