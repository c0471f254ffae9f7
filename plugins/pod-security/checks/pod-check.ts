import type { Container } from '../../kinds/core/v1/container.ts';
import type { PodSpec } from '../../kinds/core/v1/pod-spec.ts';

/** A pod, or the template of some. */
export interface JudgedPod {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

/** What a pod may not do, in one word, and who does it how. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

export type Judge = (pod: JudgedPod) => Violation | undefined;

export interface PodCheck {
  readonly id: string;
  /** The least strict level that it belongs to. */
  readonly level: 'baseline' | 'restricted';
  /** As releases of Kubernetes, by the minor of 1.x, made it; in their order. */
  readonly versions: readonly { readonly since: number; readonly judge: Judge }[];
  /** A check of a lower level that it takes the place of. */
  readonly overrides?: string;
}

export type AnyContainer = Pick<Container, 'name' | 'securityContext' | 'ports' | 'lifecycle'> &
  Pick<Container, 'livenessProbe' | 'readinessProbe' | 'startupProbe'>;

/** All containers of a pod, in the order in which they are started. */
export const containersOf = ({ spec }: JudgedPod): readonly AnyContainer[] => [
  ...(spec.initContainers ?? []),
  ...spec.containers,
  ...(spec.ephemeralContainers ?? []),
];

export const quoted = (items: readonly string[]): string => items.map(item => `"${item}"`).join(', ');

export const sorted = (items: Iterable<string>): readonly string[] => [...new Set(items)].sort();

export const plural = (word: string, count: number): string => (count === 1 ? word : `${word}s`);

/** `containers "a", "b"`. */
export const named = (containers: readonly { readonly name: string }[]): string =>
  `${plural('container', containers.length)} ${quoted(containers.map(({ name }) => name))}`;

/** `pod and container "a"`; '' for nobody. */
export const setters = (isPod: boolean, containers: readonly { readonly name: string }[]): string =>
  [...(isPod ? ['pod'] : []), ...(containers.length === 0 ? [] : [named(containers)])].join(' and ');

/** Nothing is asked of pods of Windows that Linux alone has. */
export const unlessWindows =
  (judge: Judge): Judge =>
  pod =>
    pod.spec.os?.name === 'windows' ? undefined : judge(pod);

/** Root within a namespace of its own users is nobody outside. */
export const unlessOwnUsers =
  (judge: Judge): Judge =>
  pod =>
    pod.spec.hostUsers === false ? undefined : judge(pod);
