import type { AnyObject } from '../../../src/api/object-meta.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import type { Api, Write } from '../api.ts';
import { requireAllowed } from '../access/authorize.ts';
import { requestInfo } from '../access/request-info.ts';
import type { WriteAnswer } from './write-answer.ts';
import { create } from './create.ts';
import { checkNames, update } from './update.ts';
import { namesRevision } from './names-revision.ts';

/**
 * PUT: puts `body` in the place of an object. Of some kinds it makes the object where it is absent, for those
 * who may create; not where the body names a revision, for that object is gone.
 */
export async function replace(api: Api, write: Write, body: AnyObject): Promise<WriteAnswer> {
  const { resource, subresource, name, namespace, user } = write;
  const mayCreate =
    resource.createdByPut === true && subresource === '' && !namesRevision(body.metadata.resourceVersion);
  for (;;) {
    try {
      return { object: await update(api, write, () => body), isNew: false };
    } catch (error) {
      if (!mayCreate || !isStatusError(error, 'NotFound')) throw error;
    }
    checkNames(write, body);
    await requireAllowed(api.authorization, user, requestInfo(resource, { verb: 'create', name, namespace }));
    try {
      return { object: await create(api, { ...write, name: '' }, body), isNew: true };
    } catch (error) {
      // Someone made it meanwhile: then it is replaced.
      if (!isStatusError(error, 'AlreadyExists')) throw error;
    }
  }
}
