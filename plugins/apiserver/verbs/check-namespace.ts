import { notFoundError, StatusError } from '../../../src/api/status-error.ts';
import type { Api, Write } from '../api.ts';

/** Refuses to create in a namespace that is not there or on its way out; admission/namespace/lifecycle. */
export async function checkNamespace({ catalog, objects }: Api, { resource, namespace, name }: Write): Promise<void> {
  const namespaces = catalog.find('', 'v1', 'namespaces');
  if (resource.scope !== 'Namespaced' || namespaces === undefined) return;
  const found = await objects.get(namespaces, { name: namespace });
  if (found === undefined) throw notFoundError(namespaces, namespace);
  if (found.object.metadata.deletionTimestamp === undefined) return;
  const { group, plural } = resource;
  const kind = group === '' ? plural : `${plural}.${group}`;
  throw new StatusError(
    'Forbidden',
    `${kind} ${name === '' ? '' : `"${name}" `}is forbidden: unable to create new content in namespace ` +
      `${namespace} because it is being terminated`,
    {
      details: {
        name,
        ...(group === '' ? {} : { group }),
        kind: plural,
        causes: [
          {
            reason: 'NamespaceTerminating',
            message: `namespace ${namespace} is being terminated`,
            field: 'metadata.namespace',
          },
        ],
      },
    },
  );
}
