import { listObjects } from '../builder/found.ts';
import type { Call } from '../command/verb.ts';
import { listAt, textAt } from '../dig.ts';
import { ConnectionFailure, Failure, ManyFailures, StatusFailure } from '../failures.ts';
import { nameOf, type KubeObject } from '../kube-object.ts';
import { groupResource } from '../rest/api-resource.ts';
import { podOf } from '../streams/pod-of.ts';

/** What cannot be found out completes nothing: a line that is being typed is no place for errors. */
export async function orNone<T>(ask: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await ask();
  } catch (error) {
    if (EXPECTED.some(kind => error instanceof kind)) return [];
    throw error;
  }
}

const EXPECTED = [Failure, StatusFailure, ConnectionFailure, ManyFailures];

/** The names of all objects of a type. */
export function namesOf({ cluster }: Call, type: string): Promise<readonly string[]> {
  return orNone(async () => {
    const resource = (await cluster.names()).named(type);
    const found = await listObjects(await cluster.client(), resource, await cluster.namespace());
    return found.map(nameOf);
  });
}

/** All types that can be read. */
export function typesOf({ cluster }: Call): Promise<readonly string[]> {
  return orNone(async () => {
    const { preferred } = await cluster.names();
    return preferred
      .filter(({ verbs }) => verbs.includes('get'))
      .toSorted((a, b) => compare(a.group, b.group) || compare(a.resource, b.resource))
      .map(groupResource);
  });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The pod that the first argument means; none where it means no pod. */
export const podNamed = (call: Call): Promise<readonly KubeObject[]> =>
  orNone(async () => [await podOf(call, call.args[0] ?? '', 0)]);

/** The containers of the pod that the first argument means. */
export async function containersOfPod(call: Call): Promise<readonly string[]> {
  if (call.args.length === 0) return [];
  const [pod] = await podNamed(call);
  return ['initContainers', 'containers'].flatMap(field =>
    listAt(pod, 'spec', field).map(each => textAt(each, 'name')),
  );
}
