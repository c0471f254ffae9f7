import type { Client, DeleteOptions } from '../../src/api/client.ts';
import type { ObjectOf } from '../../src/api/resource.ts';
import type { SubresourceHandler } from '../apiserver/contract.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { Eviction } from '../kinds/policy/v1/eviction.ts';
import { SUCCESS } from './success.ts';

/** `POST pods/x/eviction`: deletes a pod as its eviction asks. Nothing stands in the way while no kind of budget is served. */
export const evictionHandler = (client: Client): SubresourceHandler => ({
  resource: 'pods',
  subresource: 'eviction',
  kind: { group: Eviction.group, version: Eviction.version, kind: Eviction.kind },
  verbs: ['create'],
  body: Eviction,
  async create({ body, namespace, name, dryRun }) {
    // The server decoded the body by the schema of Eviction.
    const { deleteOptions = {} } = body as ObjectOf<typeof Eviction>;
    const { gracePeriodSeconds, preconditions } = deleteOptions;
    const options: DeleteOptions = {
      dryRun,
      ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
      ...(preconditions === undefined ? {} : { preconditions }),
    };
    await client.delete(Pod, { namespace, name }, options);
    return SUCCESS;
  },
});
