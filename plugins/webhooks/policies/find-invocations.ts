import type { Client } from '../../../src/api/client.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import type { AdmissionRequest, Authorization } from '../../apiserver/contract.ts';
import { askedAs, type Concern, type NamespaceLabels } from '../asked-as.ts';
import { namespaceOf } from '../request-of.ts';
import { findParams, paramResource, type FoundParams } from './find-params.ts';
import type { AnyBinding, BoundPolicy, ReadBinding, ReadPolicy } from './policy.ts';

export interface PolicyDeps {
  readonly served: readonly Resource[];
  readonly authorization: Authorization;
  readonly labelsOf: NamespaceLabels;
  /** Throws `StatusError` NotFound. */
  readonly namespaceNamed: (name: string) => Promise<AnyObject>;
  /** Reads parameters. */
  readonly client: Client;
}

/** A policy that is to look at a request, as a binding puts it in force, with one of its parameters. */
export interface Invocation<R extends ReadPolicy, B extends AnyBinding> {
  readonly read: R;
  readonly binding: B;
  /** As which kind the request concerns it. */
  readonly as: Resource;
  readonly params: AnyObject | null;
}

/** A policy, or a binding of it, of which cannot be told whether or how it looks at the request. */
export interface Misfit<R extends ReadPolicy> {
  readonly read: R;
  readonly binding: AnyBinding | undefined;
  readonly problem: string;
}

type Found<R extends ReadPolicy, B extends AnyBinding> = Invocation<R, B> | Misfit<R>;

/** Who looks at a request, in the order of policies and bindings. Messages are upstream's. */
export async function findInvocations<R extends ReadPolicy, B extends AnyBinding>(
  deps: PolicyDeps,
  policies: readonly BoundPolicy<R, B>[],
  request: AdmissionRequest,
): Promise<readonly Found<R, B>[]> {
  const found: Found<R, B>[] = [];
  for (const policy of policies) found.push(...(await invocationsOf(deps, policy, request)));
  return found;
}

async function invocationsOf<R extends ReadPolicy, B extends AnyBinding>(
  deps: PolicyDeps,
  { read, bindings }: BoundPolicy<R, B>,
  request: AdmissionRequest,
): Promise<readonly Found<R, B>[]> {
  const as = await concernedAs(deps, read.concern, request);
  if (as === undefined) return [];
  if ('problem' in as) return [misfit(read, undefined, as.problem)];
  const { paramKind } = read.policy.spec;
  const params = paramKind === undefined ? undefined : paramResource(deps.served, paramKind);
  if (paramKind !== undefined && params === undefined) {
    const { apiVersion = '', kind = '' } = paramKind;
    const shown = `${apiVersion.includes('/') ? '' : '/'}${apiVersion}, Kind=${kind}`;
    return [misfit(read, undefined, `failed to find resource referenced by paramKind: '${shown}'`)];
  }
  const found: Found<R, B>[] = [];
  for (const each of bindings) {
    const { binding } = each;
    const bound = each.concern === undefined ? as : await concernedAs(deps, each.concern, request);
    if (bound === undefined) continue;
    const known = 'problem' in bound ? bound : await paramsOf(deps, params, each, request);
    if ('problem' in known) found.push(misfit(read, binding, known.problem));
    else found.push(...known.params.map(one => ({ read, binding, as: as.as, params: one })));
  }
  return found;
}

const misfit = <R extends ReadPolicy>(read: R, binding: AnyBinding | undefined, problem: string): Misfit<R> => ({
  read,
  binding,
  problem: `failed to configure ${binding === undefined ? 'policy' : 'binding'}: ${problem}`,
});

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

/** The namespace that expressions see: none where a namespace itself is asked about. */
export async function namespaceSeen(
  deps: PolicyDeps,
  { resource, namespace }: AdmissionRequest,
): Promise<AnyObject | null> {
  const isNamespaces = resource.group === '' && resource.plural === 'namespaces';
  return namespace !== '' && !isNamespaces ? deps.namespaceNamed(namespace) : null;
}
