import { type ApiTarget, openSession, request, statusOf } from './api-target.ts';
import { benchPod } from './bench-pod.ts';

export const PODS = '/api/v1/namespaces/default/pods';
const IN_FLIGHT = 64;

/** `pod-0` to `pod-<count - 1>`, none of which any scheduler takes up, instead of what a bench left that broke off. */
export async function fillPods(target: ApiTarget, count: number, variables?: number): Promise<void> {
  await clearPods(target);
  const session = openSession(target);
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < count) {
      const pod = benchPod(`pod-${next++}`, variables);
      const code = await statusOf(request(session, target, 'POST', PODS, pod));
      if (code !== 201) throw new Error(`a pod was answered with ${code}`);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, client));
  session.close();
}

/** Removes what the benches made. One request may not live long enough for all of many pods. */
export async function clearPods(target: ApiTarget): Promise<void> {
  const path = `${PODS}?labelSelector=app%3Dbench&gracePeriodSeconds=0`;
  for (let code = 0; code !== 200; ) {
    const session = openSession(target);
    code = await statusOf(request(session, target, 'DELETE', path));
    session.close();
  }
}
