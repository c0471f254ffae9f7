import type { Container } from '../kinds/core/v1/container.ts';
import type { LimitRange } from '../kinds/core/v1/limit-range.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { ResourceList } from '../kinds/core/v1/resource-list.ts';

const ANNOTATION = 'kubernetes.io/limit-ranger';

interface Filled {
  readonly container: Container;
  /** In words, what was filled in. */
  readonly said: readonly string[];
}

/** A pod whose containers request and limit what the range gives those that say nothing; an annotation tells of it. */
export function withContainerDefaults(pod: Pod, { spec: { limits } }: LimitRange): Pod {
  const ofContainers = (limits ?? []).filter(({ type }) => type === 'Container');
  const requests = Object.assign({}, ...ofContainers.map(item => item.defaultRequest ?? {})) as ResourceList;
  const most = Object.assign({}, ...ofContainers.map(item => item.default ?? {})) as ResourceList;
  const fill = (containers: readonly Container[] | undefined, what: string): readonly Filled[] =>
    (containers ?? []).map(container => filledIn(container, requests, most, what));
  const running = fill(pod.spec.containers, 'container');
  const starting = fill(pod.spec.initContainers, 'init container');
  const said = [...running, ...starting].flatMap(filled => filled.said);
  if (said.length === 0) return pod;
  const annotations = { ...pod.metadata.annotations, [ANNOTATION]: `LimitRanger plugin set: ${said.join('; ')}` };
  const spec = {
    ...pod.spec,
    containers: running.map(({ container }) => container),
    ...(starting.length === 0 ? {} : { initContainers: starting.map(({ container }) => container) }),
  };
  return { ...pod, metadata: { ...pod.metadata, annotations }, spec };
}

function filledIn(container: Container, requests: ResourceList, limits: ResourceList, what: string): Filled {
  const { resources } = container;
  const newRequests = missing(resources.requests, requests);
  const newLimits = missing(resources.limits, limits);
  const say = (names: readonly string[], kind: string): readonly string[] =>
    names.length === 0 ? [] : [`${names.toSorted().join(', ')} ${kind} for ${what} ${container.name}`];
  const said = [...say(Object.keys(newRequests), 'request'), ...say(Object.keys(newLimits), 'limit')];
  if (said.length === 0) return { container, said };
  const filled = {
    ...resources,
    ...withAdded('limits', resources.limits, newLimits),
    ...withAdded('requests', resources.requests, newRequests),
  };
  return { container: { ...container, resources: filled }, said };
}

const missing = (given: ResourceList = {}, standing: ResourceList): ResourceList =>
  Object.fromEntries(Object.entries(standing).filter(([name]) => !Object.hasOwn(given, name)));

const withAdded = (kind: 'limits' | 'requests', given: ResourceList = {}, added: ResourceList): object =>
  Object.keys(added).length === 0 ? {} : { [kind]: { ...given, ...added } };
