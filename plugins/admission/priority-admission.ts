import { forbiddenError } from '../../src/api/status-error.ts';
import type { Cache } from '../../src/sdk/caches.ts';
import { admissionFor, type AdmissionPlugin } from '../apiserver/contract.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { PriorityClass } from '../kinds/scheduling/v1/priority-class.ts';
import { globalDefault, PriorityError, withPriority } from './pod-priority.ts';

/** What upstream's Priority does: pods get what their class says and keep it, and one class at most is the default. */
export const priorityAdmission = (classes: Cache<PriorityClass>): readonly AdmissionPlugin[] => [
  admissionFor(Pod, {
    name: 'Priority',
    order: 200,
    operations: ['CREATE', 'UPDATE'],
    async mutate(pod, { name, oldObject }) {
      // Requests for pods carry pods.
      if (oldObject !== undefined) return withFormerPriority(pod, oldObject as Pod);
      await classes.synced;
      try {
        return { ...pod, spec: withPriority(pod.spec, classes.list()) };
      } catch (error) {
        if (error instanceof PriorityError) throw forbiddenError(Pod, name, error.message);
        throw error;
      }
    },
  }),
  admissionFor(PriorityClass, {
    name: 'Priority',
    order: 200,
    operations: ['CREATE', 'UPDATE'],
    async validate({ globalDefault: isDefault }, { name, operation }) {
      if (isDefault !== true) return;
      await classes.synced;
      const known = globalDefault(classes.list())?.metadata.name;
      if (known === undefined || (operation === 'UPDATE' && known === name)) return;
      const detail = `PriorityClass ${known} is already marked as default. Only one default can exist`;
      throw forbiddenError(PriorityClass, name, detail);
    },
  }),
];

/** Who replaces a pod need not say what was made of it. */
function withFormerPriority(pod: Pod, { spec: { priority, preemptionPolicy } }: Pod): Pod {
  const former = {
    ...(pod.spec.priority === undefined && priority !== undefined ? { priority } : {}),
    ...(pod.spec.preemptionPolicy === undefined && preemptionPolicy !== undefined ? { preemptionPolicy } : {}),
  };
  return Object.keys(former).length === 0 ? pod : { ...pod, spec: { ...pod.spec, ...former } };
}
