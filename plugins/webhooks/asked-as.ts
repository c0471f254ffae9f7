import { isSameStored } from '../../src/api/convert-object.ts';
import type { LabelMatcher, Labels } from '../../src/api/label-selector.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { Resource } from '../../src/api/resource.ts';
import type { AdmissionRequest } from '../apiserver/contract.ts';
import type { RuleWithOperations } from '../kinds/admissionregistration/v1/rule-with-operations.ts';
import { meetsRule } from './meets-rule.ts';
import { askedAbout, namespaceOf } from './request-of.ts';

/** Where labels of namespaces come from. Throws `StatusError` NotFound where there is none. */
export type NamespaceLabels = (request: AdmissionRequest, object: AnyObject | undefined) => Promise<Labels | undefined>;

/** A rule, and the names of the objects it is about; all without. */
export type NamedRule = RuleWithOperations & { readonly resourceNames?: readonly string[] };

/** Which requests a webhook or a policy is about. */
export interface Concern {
  readonly namespaces: LabelMatcher;
  readonly objects: LabelMatcher;
  /** `all`: whatever the selectors let through. */
  readonly rules: readonly NamedRule[] | 'all';
  readonly excluded: readonly NamedRule[];
  readonly matchPolicy: 'Equivalent' | 'Exact';
}

/**
 * As which kind a request concerns, `undefined` where it does not: the kind itself, or another view of the same
 * objects. `object` is the request's as it is now.
 */
export async function askedAs(
  concern: Concern,
  request: AdmissionRequest,
  object: AnyObject | undefined,
  served: readonly Resource[],
  labelsOf: NamespaceLabels,
): Promise<Resource | undefined> {
  const { namespaces, objects, rules, excluded, matchPolicy } = concern;
  if (
    !objects.everything &&
    ![object, request.oldObject].some(each => each !== undefined && objects.matches(labels(each)))
  ) {
    return undefined;
  }
  if (kindFor(excluded, matchPolicy, request, served) !== undefined) return undefined;
  const as = rules === 'all' ? request.resource : kindFor(rules, matchPolicy, request, served);
  if (as === undefined || namespaces.everything) return as;
  const isOfCluster = namespaceOf(request) === '' && request.resource.plural !== 'namespaces';
  if (isOfCluster) return as;
  return namespaces.matches(await labelsOf(request, object)) ? as : undefined;
}

/** Parameters of a stream have no metadata. */
const labels = ({ metadata }: { readonly metadata?: AnyObject['metadata'] }): Labels | undefined => metadata?.labels;

/** Rules that name the kind come first; others are met by what its objects are called elsewhere. */
function kindFor(
  rules: readonly NamedRule[],
  matchPolicy: Concern['matchPolicy'],
  request: AdmissionRequest,
  served: readonly Resource[],
): Resource | undefined {
  const { resource } = request;
  const meets = (rule: NamedRule, as: Resource): boolean =>
    meetsRule(rule, askedAbout(request, as)) && isNamed(rule, request);
  if (rules.some(rule => meets(rule, resource))) return resource;
  if (matchPolicy !== 'Equivalent' || rules.length === 0) return undefined;
  const others = served.filter(other => other !== resource && isSameStored(other, resource));
  for (const rule of rules) {
    const other = others.find(each => meets(rule, each));
    if (other !== undefined) return other;
  }
  return undefined;
}

const isNamed = ({ resourceNames = [] }: NamedRule, { name }: AdmissionRequest): boolean =>
  resourceNames.length === 0 || resourceNames.includes(name);
