import type { Client } from '../../../src/api/client.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { STATUS_CODES, StatusError, forbiddenError, isStatusError } from '../../../src/api/status-error.ts';
import type { AdmissionRequest, Authorization } from '../../apiserver/contract.ts';
import { askedAs, type Concern, type NamespaceLabels } from '../asked-as.ts';
import { namespaceOf } from '../request-of.ts';
import type { Reviewed } from '../review-request.ts';
import { shownAs, viewOf } from '../view.ts';
import { findParams, paramResource, type FoundParams } from './find-params.ts';
import { judgeByPolicy, type Complaint } from './judge-by-policy.ts';
import type { Policy, ReadBinding } from './policy.ts';

export interface PolicyDeps {
  readonly served: readonly Resource[];
  readonly authorization: Authorization;
  readonly labelsOf: NamespaceLabels;
  /** Throws `StatusError` NotFound. */
  readonly namespaceNamed: (name: string) => Promise<AnyObject>;
  /** Reads parameters. */
  readonly client: Client;
}

/** Holds a request against all policies in force. Throws `StatusError` where one refuses it. */
export async function validateByPolicies(
  deps: PolicyDeps,
  policies: readonly Policy[],
  request: AdmissionRequest,
): Promise<void> {
  const denials: string[] = [];
  let reason: Complaint['reason'] = 'Invalid';
  const deny = (who: string, complaint: Complaint): void => {
    if (denials.length === 0) ({ reason } = complaint);
    denials.push(`${who} denied request: ${complaint.message}`);
  };
  for (const policy of policies) await holdAgainst(deps, policy, request, deny);
  const [first] = denials;
  if (first !== undefined) throw refusalOf(request, first, reason);
}

/** Forbidden in its words, though for a reason and with a code of its own. */
function refusalOf({ resource, name }: AdmissionRequest, message: string, reason: Complaint['reason']): StatusError {
  const forbidden = forbiddenError(resource, name, message);
  return new StatusError(reason, forbidden.message, {
    details: { ...forbidden.status.details, causes: [{ message }] },
    code: STATUS_CODES[reason],
  });
}

type Deny = (who: string, complaint: Complaint) => void;

async function holdAgainst(deps: PolicyDeps, read: Policy, request: AdmissionRequest, deny: Deny): Promise<void> {
  const { metadata, spec } = read.policy;
  const named = `ValidatingAdmissionPolicy '${metadata.name}'`;
  const misfit = (who: string, what: 'policy' | 'binding', problem: string): void => {
    if (spec.failurePolicy === 'Ignore') return;
    deny(who, { message: `failed to configure ${what}: ${problem}`, reason: 'Invalid' });
  };
  const as = await concernedAs(deps, read.concern, request);
  if (as === undefined) return;
  if ('problem' in as) return misfit(named, 'policy', as.problem);
  const { paramKind } = spec;
  const params = paramKind === undefined ? undefined : paramResource(deps.served, paramKind);
  if (paramKind !== undefined && params === undefined) {
    const { apiVersion = '', kind = '' } = paramKind;
    const shown = `${apiVersion.includes('/') ? '' : '/'}${apiVersion}, Kind=${kind}`;
    return misfit(named, 'policy', `failed to find resource referenced by paramKind: '${shown}'`);
  }
  for (const binding of read.bindings) {
    const who = `${named} with binding '${binding.binding.metadata.name}'`;
    const bound = binding.concern === undefined ? as : await concernedAs(deps, binding.concern, request);
    if (bound === undefined) continue;
    const found = 'problem' in bound ? bound : await paramsOf(deps, params, binding, request);
    if ('problem' in found) misfit(who, 'binding', found.problem);
    else if (found.params.length > 0) {
      const view = await shownAs(viewOf(request), as.as);
      await judge(deps, read, binding, view, found.params, complaint => deny(who, complaint));
    }
  }
}

async function concernedAs(
  { served, labelsOf }: PolicyDeps,
  concern: Concern,
  request: AdmissionRequest,
): Promise<{ readonly as: Resource } | { readonly problem: string } | undefined> {
  try {
    const as = await askedAs(concern, request, request.object, served, labelsOf);
    return as === undefined ? undefined : { as };
  } catch (error) {
    if (isStatusError(error)) return { problem: error.message };
    throw error;
  }
}

async function paramsOf(
  { client }: PolicyDeps,
  resource: Resource | undefined,
  { binding: { spec } }: ReadBinding,
  request: AdmissionRequest,
): Promise<FoundParams> {
  if (resource === undefined || spec.paramRef === undefined) return { params: [null] };
  try {
    return await findParams(client, resource, spec.paramRef, namespaceOf(request));
  } catch (error) {
    if (isStatusError(error)) return { problem: error.message };
    throw error;
  }
}

async function judge(
  deps: PolicyDeps,
  read: Policy,
  { binding }: ReadBinding,
  view: Reviewed,
  params: readonly (AnyObject | null)[],
  deny: (complaint: Complaint) => void,
): Promise<void> {
  const { request } = view;
  const isNamespaces = request.resource.group === '' && request.resource.plural === 'namespaces';
  const inNamespace = request.namespace !== '' && !isNamespaces;
  const namespaceObject = inNamespace ? await deps.namespaceNamed(request.namespace) : null;
  const { validationActions = [], policyName } = binding.spec;
  const who = `ValidatingAdmissionPolicy '${policyName}' with binding '${binding.metadata.name}'`;
  for (const each of params) {
    const judgement = await judgeByPolicy(read, view, deps.authorization, each, namespaceObject);
    for (const complaint of judgement.complaints) {
      if (validationActions.includes('Deny')) deny(complaint);
      if (validationActions.includes('Warn')) {
        request.warn?.(`Validation failed for ${who}: ${complaint.message}`);
      }
    }
    for (const complaint of judgement.unrecorded) deny(complaint);
  }
}
