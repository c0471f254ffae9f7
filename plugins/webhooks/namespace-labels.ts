import type { Client } from '../../src/api/client.ts';
import type { Caches } from '../../src/sdk/caches.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import type { NamespaceLabels } from './asked-as.ts';
import { namespaceOf } from './request-of.ts';

/** A namespace that is being written is judged as it is to be; of others, what cannot be seen yet is read. */
export function namespaceLabels(known: Caches, client: Client): NamespaceLabels {
  const namespaces = known.of(Namespace);
  return async (request, object) => {
    const { resource, subresource, operation } = request;
    const isWritten = operation === 'CREATE' || operation === 'UPDATE';
    if (resource.plural === 'namespaces' && subresource === '' && isWritten) return object?.metadata.labels;
    const name = namespaceOf(request);
    return (namespaces.get(name) ?? (await client.get(Namespace, { name }))).metadata.labels;
  };
}
