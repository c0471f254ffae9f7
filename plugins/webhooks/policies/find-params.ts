import type { Client } from '../../../src/api/client.ts';
import { labelMatcher, labelSelectorText } from '../../../src/api/label-selector.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import type { ParamKind, ParamRef } from '../../kinds/admissionregistration/v1/policy-parameters.ts';

/** What a policy is held against, once each; `null` where it has no parameters. Messages are upstream's. */
export type FoundParams = { readonly params: readonly (AnyObject | null)[] } | { readonly problem: string };

export const paramResource = (served: readonly Resource[], { apiVersion, kind }: ParamKind): Resource | undefined =>
  served.find(each => each.apiVersion === apiVersion && each.kind === kind && each.virtual !== true);

/** Reads parameters as they are now, so that one that was just written is in force. `namespace` is the request's. */
export async function findParams(
  client: Client,
  resource: Resource,
  ref: ParamRef,
  requestNamespace: string,
): Promise<FoundParams> {
  const { name = '', namespace: own = '', selector, parameterNotFoundAction } = ref;
  const isNamespaced = resource.scope === 'Namespaced';
  const namespace = own === '' ? requestNamespace : own;
  if (isNamespaced && namespace === '') return { problem: NO_NAMESPACE };
  if (!isNamespaced && own !== '') return { problem: NOT_NAMESPACED };
  const within = isNamespaced ? { namespace } : {};
  const params =
    name === ''
      ? (await client.list(resource, { ...within, labelSelector: labelSelectorText(labelMatcher(selector)) })).items
      : await getOne(client, resource, { name, ...within });
  if (params.length === 0 && parameterNotFoundAction === 'Deny') return { problem: NOT_FOUND };
  return { params };
}

async function getOne(
  client: Client,
  resource: Resource,
  key: { readonly name: string; readonly namespace?: string },
): Promise<readonly AnyObject[]> {
  try {
    return [await client.get(resource, key)];
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return [];
    throw error;
  }
}

const NO_NAMESPACE = 'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources';
const NOT_NAMESPACED = 'paramRef.namespace must not be provided for a cluster-scoped `paramKind`';
const NOT_FOUND = 'no params found for policy binding with `Deny` parameterNotFoundAction';
