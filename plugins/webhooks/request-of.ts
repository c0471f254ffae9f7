import type { AnyObject } from '../../src/api/object-meta.ts';
import type { Resource } from '../../src/api/resource.ts';
import type { AdmissionRequest } from '../apiserver/contract.ts';

/** What rules are held against. */
export interface AskedAbout {
  readonly operation: AdmissionRequest['operation'];
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly subresource: string;
  /** A namespace is in itself. */
  readonly namespace: string;
}

const isNamespaces = ({ group, plural }: Pick<Resource, 'group' | 'plural'>): boolean =>
  group === '' && plural === 'namespaces';

/** The namespace of a request, as upstream has it: that of a namespace is its own name. */
export const namespaceOf = ({ resource, namespace, name }: AdmissionRequest): string =>
  isNamespaces(resource) ? name : namespace;

export const askedAbout = (request: AdmissionRequest, { group, version, plural }: Resource): AskedAbout => ({
  operation: request.operation,
  group,
  version,
  plural,
  subresource: request.subresource,
  namespace: namespaceOf(request),
});

/** Whether an object is the resource's, as `as` shows it, and not of something below it: a Scale, an Eviction. */
export const isOfItself = ({ body }: AdmissionRequest, { apiVersion, kind }: AnyObject, as: Resource): boolean =>
  body === undefined && apiVersion === as.apiVersion && kind === as.kind;

const EXEMPT = new Set([
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
]);

/** Nobody is asked about who is asked: nobody could take back a webhook that refuses everything. */
export const isExempt = ({ resource }: AdmissionRequest): boolean =>
  resource.group === 'admissionregistration.k8s.io' && EXEMPT.has(resource.kind);
