import { forbidden, invalid, type FieldError } from '../../../../src/api/field-error.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import type { Container } from './container.ts';
import type { PodObject } from './pod-object.ts';
import type { PodSpec } from './pod-spec.ts';
import { qosClassOf } from './qos-class.ts';
import type { ResourceList } from './resource-list.ts';
import type { ResourceRequirements } from './resource-requirements.ts';
import { isStaticPod } from './static-pod.ts';

/** What may change of a pod's resources while it runs: amounts of CPU and memory, none of which is taken away. */
export function validateResize(next: PodObject, old: PodObject): readonly FieldError[] {
  if (isStaticPod(old)) return [forbidden('', 'static pods cannot be resized')];
  if (old.spec.os?.name === 'windows') return [forbidden('', 'windows pods cannot be resized')];
  const errors: FieldError[] = [];
  if ((old.status.qosClass ?? qosClassOf(old.spec)) !== qosClassOf(next.spec)) {
    errors.push(invalid('spec', next.status.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing'));
  }
  if (!isSupported(old)) errors.push(forbidden('spec', 'Pod running on node without support for resize'));
  errors.push(...podErrors(next.spec, old.spec));
  if ((old.status.nodeAllocatableResourceClaimStatuses ?? []).length > 0) {
    errors.push(forbidden('spec', 'pods with node allocatable resource claims cannot be resized'));
  }
  const misplaced = orderErrors(next.spec, old.spec);
  errors.push(...misplaced);
  if (misplaced.length > 0) return errors;
  errors.push(
    ...removals(next.spec, old.spec),
    ...containerErrors(next.spec, old.spec),
    ...initErrors(next.spec, old.spec),
  );
  return errors;
}

const MUTABLE = 'only cpu and memory resources are mutable';

/** An older node says nothing of the resources of what runs on it. */
function isSupported({ status }: PodObject): boolean {
  const running = (status.containerStatuses ?? []).find(({ state }) => state?.running !== undefined);
  return running === undefined || running.resources !== undefined;
}

function podErrors({ resources: next }: PodSpec, { resources: old }: PodSpec): readonly FieldError[] {
  const isSet = ({ requests = {}, limits = {} }: ResourceRequirements = {}): boolean =>
    Object.keys(requests).length + Object.keys(limits).length > 0;
  if (!isSet(next) && !isSet(old)) return isDeepEqual(next, old) ? [] : [forbidden('spec', MUTABLE)];
  if (old !== undefined && next === undefined) {
    return [forbidden('spec.resources', 'pod-level resources cannot be removed')];
  }
  const errors = (['requests', 'limits'] as const)
    .filter(kind => isRemoved(next?.[kind], old?.[kind]))
    .map(kind => forbidden(`spec.resources.${kind}`, `pod-level resource ${kind} cannot be removed`));
  if (!isDeepEqual(immutablePart(next), immutablePart(old))) {
    errors.push(forbidden('spec', `${MUTABLE} at pod-level`));
  }
  return errors;
}

const LISTS = ['containers', 'initContainers'] as const;

const orderErrors = (next: PodSpec, old: PodSpec): readonly FieldError[] =>
  LISTS.flatMap(list => {
    const before = old[list] ?? [];
    const after = next[list] ?? [];
    if (before.length !== after.length) {
      return [forbidden(`spec.${list}`, `${list} may not be added or removed on resize`)];
    }
    return before.flatMap(({ name }, index) =>
      after[index]?.name === name
        ? []
        : [forbidden(`spec.${list}[${index}].name`, `${list} may not be renamed or reordered on resize`)],
    );
  });

const removals = (next: PodSpec, old: PodSpec): readonly FieldError[] =>
  (['initContainers', 'containers'] as const).flatMap(list =>
    (old[list] ?? []).flatMap(({ resources }, index) =>
      (['requests', 'limits'] as const)
        .filter(kind => isRemoved(next[list]?.[index]?.resources[kind], resources[kind]))
        .map(kind => forbidden(`spec.${list}[${index}].resources.${kind}`, `resource ${kind} cannot be removed`)),
    ),
  );

const isRemoved = (next: ResourceList = {}, old: ResourceList = {}): boolean =>
  Object.keys(old).length > Object.keys(next).length || Object.keys(old).some(name => !Object.hasOwn(next, name));

const containerErrors = (next: PodSpec, old: PodSpec): readonly FieldError[] =>
  next.containers.flatMap((container, index) =>
    isFirm(container, old.containers[index]) ? [] : [forbidden('spec', MUTABLE)],
  );

const initErrors = (next: PodSpec, old: PodSpec): readonly FieldError[] =>
  (next.initContainers ?? []).flatMap((container, index) => {
    const before = old.initContainers?.[index];
    const field = `spec.initContainers[${index}]`;
    const errors = isFirm(container, before)
      ? []
      : [forbidden(field, 'only cpu and memory resources for init or sidecar containers are mutable')];
    if (container.restartPolicy === 'Always' || isDeepEqual(container, before)) return errors;
    const restarting = (container.resizePolicy ?? []).filter(
      ({ restartPolicy }) => restartPolicy === 'RestartContainer',
    );
    const detail = 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized';
    return [...errors, ...restarting.map(() => forbidden(field, detail))];
  });

const isFirm = (next: Container, old: Container | undefined): boolean =>
  old !== undefined &&
  isDeepEqual(
    { ...next, resources: immutablePart(next.resources) },
    { ...old, resources: immutablePart(old.resources) },
  );

/** Empty where nothing is left, so that one that says nothing is as one that is not there. */
function immutablePart({ requests = {}, limits = {}, claims = [] }: ResourceRequirements = {}): unknown {
  const firm = (amounts: ResourceList): unknown =>
    Object.fromEntries(Object.entries(amounts).filter(([name]) => name !== 'cpu' && name !== 'memory'));
  return { requests: firm(requests), limits: firm(limits), claims };
}
