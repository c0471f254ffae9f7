import type { Call } from '../command/verb.ts';
import { listAt, textAt } from '../dig.ts';
import { nameOf, type KubeObject } from '../kube-object.ts';

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

export interface ContainerNames {
  readonly main: readonly string[];
  readonly init: readonly string[];
  readonly ephemeral: readonly string[];
}

export const containersOf = (pod: KubeObject): ContainerNames => ({
  main: listAt(pod, 'spec', 'containers').map(each => textAt(each, 'name')),
  init: listAt(pod, 'spec', 'initContainers').map(each => textAt(each, 'name')),
  ephemeral: listAt(pod, 'spec', 'ephemeralContainers').map(each => textAt(each, 'name')),
});

/** The container that is meant: the one named, the pod's default one, or the first, which is told unless `quiet`. */
export function containerOf(
  { terminal }: Pick<Call, 'terminal'>,
  pod: KubeObject,
  given: string,
  quiet: boolean,
): string {
  const { main, init, ephemeral } = containersOf(pod);
  if (given !== '') return given;
  const annotated = textAt(pod, 'metadata', 'annotations', DEFAULT_CONTAINER);
  if (annotated !== '') {
    if ([...main, ...init, ...ephemeral].includes(annotated)) return annotated;
    terminal.err(`Default container name ${JSON.stringify(annotated)} not found in pod ${nameOf(pod)}\n`);
  }
  const [first = ''] = main;
  const others = [...main, ...ephemeral.map(name => `${name} (ephem)`), ...init.map(name => `${name} (init)`)];
  if (others.length > 1 && !quiet)
    terminal.err(`Defaulted container ${JSON.stringify(first)} out of: ${others.join(', ')}\n`);
  return first;
}
