import type { IdRange, Mount } from './contract.ts';
import { NAMESPACE, type Plan } from './plan.ts';

/** Of a container whose pod has a user namespace: what lies on the disk as 0's is to be the pod's 0's inside. */
export interface OwnedContainer {
  readonly users: IdRange;
  /** Layers of its root and of its volumes. */
  readonly layers: readonly string[];
  readonly sources: readonly { readonly mount: Mount; readonly slot: number }[];
  readonly upper: string;
}

/**
 * Makes the mount namespace private, in which layers lie as they look to the pod's users. Files are theirs from there
 * on: the writable layer, which no other pod will see, is the only one that keeps the host's numbers.
 */
export function showAsPodUsers(plan: Plan, { users, layers, sources, upper }: OwnedContainer): void {
  for (const { mount, slot } of sources) plan.mapped(slot, mount.source);
  const shown = [...new Set(layers)].map(path => ({ path, slot: plan.source(path, '', 'private') }));
  for (const { path, slot } of shown) plan.mapped(slot, path);
  plan.private();
  for (const { path, slot } of shown) plan.bind(slot, path, 0);
  plan.owner(users.first, users.first).mkdir(upper, 0o755);
}

/** The devices of the host, some of which it keeps from others, stay its root's. */
export function keepAsHosts(plan: Plan, users: IdRange | undefined, make: () => void): void {
  if (users !== undefined) plan.owner(0, 0);
  make();
  if (users !== undefined) plan.owner(users.first, users.first);
}

/** What a new namespace of mounts has in common with the old one cannot be taken apart in it. */
export const enterPodUsers = (plan: Plan, hasCgroupNamespace: boolean): Plan =>
  plan.users(NAMESPACE.mount | (hasCgroupNamespace ? NAMESPACE.cgroup : 0));
