import type { Call } from '../command/verb.ts';
import type { Fields } from '../dig.ts';
import type { KubeObject } from '../kube-object.ts';
import { createGenerated, newMetadata } from './generator.ts';

/** Makes a service. */
export async function exposeObject(
  call: Call,
  name: string,
  {
    spec,
    labels,
    operation = 'created',
  }: { readonly spec: Fields; readonly labels?: Fields; readonly operation?: string },
): Promise<KubeObject> {
  const service: KubeObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: newMetadata(name, labels === undefined ? {} : { labels }),
    spec,
    status: { loadBalancer: {} },
  };
  return createGenerated(call, service, { namespaced: true, operation });
}
