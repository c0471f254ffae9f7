import { applyDefaults } from '../../../src/schema/defaults.ts';
import { deepFreeze } from '../../../src/api/deep-freeze.ts';
import { manageUpdate } from '../../../src/api/managed-fields.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import { qualified, StatusError } from '../../../src/api/status-error.ts';
import type { Api, Write } from '../api.ts';
import { LooseObject, type StoredObject } from '../objects/stored-object.ts';

/** POST of a kind that is answered and never stored: the reviews. */
export async function createVirtual(api: Api, write: Write, body: AnyObject): Promise<StoredObject> {
  const { resource, user, namespace, dryRun } = write;
  const kind = api.virtualKinds.find(candidate => candidate.resource === qualified(resource));
  if (kind === undefined) throw new StatusError('NotFound', 'the server could not find the requested resource');
  const asked = applyDefaults(resource.fields, body) as AnyObject;
  const manager = { name: write.fieldManager, subresource: '' };
  const { metadata } = manageUpdate(resource, withoutStatus(asked), undefined, manager, api.world.clock.now());
  const request = { operation: 'CREATE', ...write, oldObject: undefined } as const;
  const object = await api.admission.mutate({ ...request, object: { ...asked, metadata } });
  await api.admission.validate({ ...request, object });
  return new LooseObject('', 0, deepFreeze(await kind.create(object, { user, namespace, dryRun })));
}

const withoutStatus = ({ status: _status, ...rest }: AnyObject & { readonly status?: unknown }): AnyObject => rest;
