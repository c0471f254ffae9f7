import type { ObjectPart } from '../../../../src/api/resource.ts';
import type { Container } from './container.ts';
import type { PodObject } from './pod-object.ts';
import { validateResize } from './validate-resize.ts';
import { withMetadataOf } from './with-metadata-of.ts';

/** `pods/x/resize`: what a pod and its containers need and may use, and what becomes of them when that changes. */
export const resizePart: ObjectPart<PodObject> = {
  keep(next, old) {
    const { containers, initContainers } = old.spec;
    const isSameList =
      next.spec.containers.length === containers.length &&
      (next.spec.initContainers ?? []).length === (initContainers ?? []).length;
    // What cannot be told apart is left for the rules to refuse.
    if (!isSameList) return next;
    const { resources: _resources, ...spec } = old.spec;
    const resized = {
      ...spec,
      containers: resizedContainers(next.spec.containers, containers),
      ...(initContainers === undefined
        ? {}
        : { initContainers: resizedContainers(next.spec.initContainers ?? [], initContainers) }),
      ...(next.spec.resources === undefined ? {} : { resources: next.spec.resources }),
    };
    return withMetadataOf({ ...old, metadata: next.metadata, spec: resized }, old);
  },
  validateUpdate: validateResize,
};

function resizedContainers(next: readonly Container[], old: readonly Container[]): readonly Container[] {
  if (next.some(({ name }, index) => name !== old[index]?.name)) return next;
  return old.map((container, index) => {
    const { resizePolicy: _policy, ...rest } = container;
    const { resources, resizePolicy } = next[index] ?? container;
    return { ...rest, resources, ...(resizePolicy === undefined ? {} : { resizePolicy }) };
  });
}
