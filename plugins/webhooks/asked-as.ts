import { isSameStored } from '../../src/api/convert-object.ts';
import type { Labels } from '../../src/api/label-selector.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { Resource } from '../../src/api/resource.ts';
import type { AdmissionRequest } from '../apiserver/contract.ts';
import type { Hook } from './hook.ts';
import { meetsRule } from './meets-rule.ts';
import { askedAbout, namespaceOf } from './request-of.ts';

/** Where labels of namespaces come from. Throws `StatusError` NotFound where there is none. */
export type NamespaceLabels = (request: AdmissionRequest, object: AnyObject | undefined) => Promise<Labels | undefined>;

/**
 * As which kind a webhook is asked about a request, `undefined` where it is not: the kind itself, or another view of
 * the same objects. `object` is the request's as it is now.
 */
export async function askedAs(
  { webhook, namespaces, objects }: Hook,
  request: AdmissionRequest,
  object: AnyObject | undefined,
  served: readonly Resource[],
  labelsOf: NamespaceLabels,
): Promise<Resource | undefined> {
  if (
    !objects.everything &&
    ![object, request.oldObject].some(each => each !== undefined && objects.matches(labels(each)))
  ) {
    return undefined;
  }
  const as = kindFor(webhook, request, served);
  if (as === undefined || namespaces.everything) return as;
  const isOfCluster = namespaceOf(request) === '' && request.resource.plural !== 'namespaces';
  if (isOfCluster) return as;
  return namespaces.matches(await labelsOf(request, object)) ? as : undefined;
}

/** Parameters of a stream have no metadata. */
const labels = ({ metadata }: { readonly metadata?: AnyObject['metadata'] }): Labels | undefined => metadata?.labels;

/** Rules that name the kind come first; others are met by what its objects are called elsewhere. */
function kindFor(
  { rules = [], matchPolicy }: Hook['webhook'],
  request: AdmissionRequest,
  served: readonly Resource[],
): Resource | undefined {
  const { resource } = request;
  if (rules.some(rule => meetsRule(rule, askedAbout(request, resource)))) return resource;
  if (matchPolicy !== 'Equivalent' || rules.length === 0) return undefined;
  const others = served.filter(other => other !== resource && isSameStored(other, resource));
  for (const rule of rules) {
    const other = others.find(each => meetsRule(rule, askedAbout(request, each)));
    if (other !== undefined) return other;
  }
  return undefined;
}
