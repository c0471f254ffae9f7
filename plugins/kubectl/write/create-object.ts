import type { Found } from '../builder/found.ts';
import { withField } from '../dig.ts';
import type { KubeObject } from '../kube-object.ts';
import { resourcePath } from '../rest/api-resource.ts';
import type { RestClient } from '../rest/rest-client.ts';

export interface WriteQuery {
  readonly fieldManager?: string | undefined;
  readonly dryRun?: string | undefined;
  readonly fieldValidation?: string | undefined;
}

export async function createObject(
  client: RestClient,
  { resource, namespace }: Pick<Found, 'resource' | 'namespace'>,
  object: KubeObject,
  query: WriteQuery = {},
): Promise<KubeObject> {
  return (await client.json(resourcePath(resource, namespace), {
    method: 'POST',
    // It may be one that was read: what it was then is of no meaning to a new one.
    body: withField(object, ['metadata'], withField(object['metadata'], ['resourceVersion'], undefined)),
    query: { ...query },
  })) as KubeObject;
}
