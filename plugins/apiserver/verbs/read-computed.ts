import type { Key, ListOptions } from '../../../src/api/client.ts';
import { deepFreeze } from '../../../src/api/deep-freeze.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { parseSelection } from '../../../src/api/selection.ts';
import { qualified } from '../../../src/api/status-error.ts';
import { must } from '../../../src/base/must.ts';
import type { Api } from '../api.ts';
import type { ComputedKind } from '../contract.ts';
import { LooseObject, type StoredObject } from '../objects/stored-object.ts';
import type { ListAnswer } from './list-answer.ts';

/** One object of a kind that is worked out when it is asked for. */
export async function getComputed(api: Api, resource: Resource, key: Key): Promise<StoredObject> {
  return new LooseObject('', 0, whole(resource, await kindOf(api, resource).get(key)));
}

/** All that a client selects, in one page: they are of this moment, which there is no going on with. */
export async function listComputed(api: Api, resource: Resource, options: ListOptions): Promise<ListAnswer> {
  const selection = parseSelection(resource, options);
  const found = (await kindOf(api, resource).list(options.namespace)).map(object => whole(resource, object));
  const selected = found.filter(object => selection.matches(object));
  return { objects: selected.map(object => new LooseObject('', 0, object)), revision: 0 };
}

const kindOf = ({ computedKinds }: Api, resource: Resource): ComputedKind =>
  must(
    computedKinds.find(kind => kind.resource === resource),
    `somebody works out ${qualified(resource)}`,
  );

/** Of metadata it has what a client may read of it; nothing that is told of stored objects only. */
const whole = ({ apiVersion, kind }: Resource, object: object): AnyObject =>
  deepFreeze({ kind, apiVersion, ...object } as unknown as AnyObject);
