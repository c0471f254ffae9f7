import type { InputOf } from '../../../../src/api/resource.ts';
import type { Pod } from './pod.ts';

declare const pod: Pod;
export const grace: number = pod.spec.terminationGracePeriodSeconds;
export const policy: 'Always' | 'OnFailure' | 'Never' = pod.spec.restartPolicy;
export const phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown' | undefined = pod.status.phase;
// @ts-expect-error optional without a default
export const node: string = pod.spec.nodeName;
// @ts-expect-error no such field
export const typo = pod.spec.container;
// @ts-expect-error objects are read-only
pod.spec.restartPolicy = 'Never';

export const least: InputOf<typeof Pod> = { metadata: { name: 'a' }, spec: { containers: [{ name: 'a' }] } };
// @ts-expect-error a container has a name
export const nameless: InputOf<typeof Pod> = { metadata: { name: 'a' }, spec: { containers: [{ image: 'a' }] } };
// @ts-expect-error a pod has a spec
export const empty: InputOf<typeof Pod> = { metadata: { name: 'a' } };
export const wrong: InputOf<typeof Pod> = {
  metadata: {},
  // @ts-expect-error not a restart policy
  spec: { containers: [{ name: 'a' }], restartPolicy: 'Sometimes' },
};
