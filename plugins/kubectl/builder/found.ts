import type { Call } from '../command/verb.ts';
import { listAt, textAt, withField } from '../dig.ts';
import { Failure, isReason, throwAll } from '../failures.ts';
import { nameOf, namespaceOf, type KubeObject, isKubeObject } from '../kube-object.ts';
import { apiVersionOf, groupKind, groupResource, resourcePath, type ApiResource } from '../rest/api-resource.ts';
import { listFailure } from '../rest/list-failure.ts';
import type { RestClient } from '../rest/rest-client.ts';
import type { ResourceNames } from '../rest/resource-names.ts';
import { readManifests, type Manifest } from './manifests.ts';
import { isSelected, namespaceFor, targetsOf, type Target } from './targets.ts';

/** One object a command is about. */
export interface Found {
  readonly resource: ApiResource;
  readonly namespace: string;
  readonly name: string;
  /** Which file names it; '' for one named by arguments. */
  readonly source: string;
  readonly object: KubeObject;
}

export const pathOf = (
  { resource, namespace, name }: Omit<Found, 'object' | 'source'>,
  ...below: readonly string[]
): string => resourcePath(resource, namespace, name, ...below);

/** `deployment.apps/web`. */
export const shownName = ({ resource, name }: Pick<Found, 'resource' | 'name'>): string =>
  `${groupKind(resource)}/${name}`;

/** `deployments.apps "web"`. */
export const quotedName = ({ resource, name }: Pick<Found, 'resource' | 'name'>): string =>
  `${groupResource(resource)} ${JSON.stringify(name)}`;

/** Said where nothing tells what a command is about. */
export const NO_RESOURCES =
  "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'";

export interface FindOptions {
  /** Arguments that name objects; the command's unless given. */
  readonly args?: readonly string[];
  /** Whether `--all` or a selector may stand for names. */
  readonly mayList?: boolean;
  readonly allNamespaces?: boolean;
  /** Read what files name from the server, rather than take it as it is written there. */
  readonly latest?: boolean;
  readonly local?: boolean;
  /** Objects that are not there are left out. */
  readonly ignoreNotFound?: boolean;
}

/** What a command found and what it did not find. */
export interface Findings {
  readonly found: readonly Found[];
  readonly failures: readonly unknown[];
}

/** The objects that files or arguments name; throws unless all are there. */
export async function findAll(call: Call, options: FindOptions = {}): Promise<readonly Found[]> {
  const { found, failures } = await find(call, options);
  throwAll(failures);
  return found;
}

export async function find(call: Call, options: FindOptions = {}): Promise<Findings> {
  const { flags } = call;
  const args = options.args ?? call.args;
  const hasFiles = flags.has('filename') && flags.list('filename').length > 0;
  const hasKustomize = flags.has('kustomize') && flags.isGiven('kustomize');
  if (hasFiles || hasKustomize) {
    if (args.length > 0) {
      throw new Failure(
        `when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well`,
      );
    }
    return findInFiles(call, options);
  }
  if (args.length === 0) throw new Failure(NO_RESOURCES);
  const all = flags.has('all') && flags.bool('all');
  const selected = isSelected(call);
  const mayList = options.mayList === true || all || selected;
  const targets = targetsOf(await call.cluster.names(), args, { mayList, isSelected: selected });
  return findTargets(call, targets, options);
}

export async function findTargets(
  call: Call,
  targets: readonly Target[],
  options: FindOptions = {},
): Promise<Findings> {
  const client = await call.cluster.client();
  const namespace = options.allNamespaces === true ? '' : await call.cluster.namespace();
  const outcomes = await Promise.allSettled(
    targets.map(target =>
      target.name === undefined
        ? listed(call, client, target.resource, namespace)
        : one(client, target.resource, namespaceFor(target, namespace), target.name, ''),
    ),
  );
  return gathered(outcomes, options);
}

function gathered(
  outcomes: readonly PromiseSettledResult<readonly Found[]>[],
  { ignoreNotFound = false }: FindOptions,
): Findings {
  const isIgnored = (reason: unknown): boolean => ignoreNotFound && isReason(reason, 'NotFound');
  return {
    found: outcomes.flatMap(each => (each.status === 'fulfilled' ? each.value : [])),
    failures: outcomes.flatMap(each =>
      each.status === 'rejected' && !isIgnored(each.reason) ? [each.reason as unknown] : [],
    ),
  };
}

export async function one(
  client: RestClient,
  resource: ApiResource,
  namespace: string,
  name: string,
  source: string,
): Promise<readonly Found[]> {
  const object = await client.json(resourcePath(resource, namespace, name));
  if (!isKubeObject(object)) throw new Failure(`the server answered no object for ${resource.resource} ${name}`);
  return [{ resource, namespace, name: nameOf(object), source, object }];
}

async function listed(
  call: Call,
  client: RestClient,
  resource: ApiResource,
  namespace: string,
): Promise<readonly Found[]> {
  const { flags } = call;
  const query = {
    labelSelector: flags.has('selector') ? flags.text('selector') || undefined : undefined,
    fieldSelector: flags.has('field-selector') ? flags.text('field-selector') || undefined : undefined,
  };
  const items = await listObjects(client, resource, namespaceFor({ resource }, namespace), query);
  return items.map(object => ({ resource, namespace: namespaceOf(object), name: nameOf(object), source: '', object }));
}

const PAGE = 500;

/** All of a type, page by page, each saying its kind. */
export async function listObjects(
  client: RestClient,
  resource: ApiResource,
  namespace: string,
  query: Readonly<Record<string, string | undefined>> = {},
): Promise<readonly KubeObject[]> {
  const items: KubeObject[] = [];
  let page: string | undefined;
  do {
    const list = await client
      .json(resourcePath(resource, namespace), { query: { ...query, limit: String(PAGE), continue: page } })
      .catch((error: unknown) => Promise.reject(listFailure(error, resource, query)));
    for (const item of listAt(list, 'items')) {
      items.push({ ...(item as KubeObject), apiVersion: apiVersionOf(resource), kind: resource.kind });
    }
    page = textAt(list, 'metadata', 'continue') || undefined;
  } while (page !== undefined);
  return items;
}

async function findInFiles(call: Call, options: FindOptions): Promise<Findings> {
  const manifests = await readManifests(call);
  if (options.local === true) return { found: manifests.map(localFound), failures: [] };
  const placed = await placeManifests(call, manifests);
  if (placed.found.length === 0 && placed.failures.length === 0)
    throw new Failure(`no objects passed to ${call.path.split(' ').at(-1)}`);
  const selector = call.flags.has('selector') ? call.flags.text('selector') : '';
  const wanted = placed.found.filter(({ object }) => selector === '' || isSelectedBy(selector, object));
  if (options.latest !== true) return { ...placed, found: wanted };
  const client = await call.cluster.client();
  const outcomes = await Promise.allSettled(
    wanted.map(each => one(client, each.resource, each.namespace, each.name, each.source)),
  );
  const read = gathered(outcomes, options);
  return { found: read.found, failures: [...placed.failures, ...read.failures] };
}

/** Equality alone: what stands in files is selected by little else. */
function isSelectedBy(selector: string, object: KubeObject): boolean {
  return selector.split(',').every(part => {
    const [key = '', value = ''] = part.split(/==?/);
    return textAt(object, 'metadata', 'labels', key.trim()) === value.trim();
  });
}

/** Where there is no server to ask. */
const localFound = ({ object, source }: Manifest): Found => ({
  resource: guessedResource(object),
  namespace: namespaceOf(object),
  name: nameOf(object),
  source,
  object,
});

export function guessedResource({ apiVersion, kind }: KubeObject): ApiResource {
  const [first = '', second] = apiVersion.split('/');
  const singular = kind.toLowerCase();
  const plural = /(s|x|ch)$/.test(singular) ? `${singular}es` : singular.replace(/y$/, 'ie').concat('s');
  return {
    group: second === undefined ? '' : first,
    version: second ?? first,
    resource: plural,
    singular,
    kind,
    namespaced: true,
    shortNames: [],
    categories: [],
    verbs: [],
    subresources: [],
  };
}

/** Finds what each manifest is of, and gives it the namespace it lacks. */
export async function placeManifests(call: Call, manifests: readonly Manifest[]): Promise<Findings> {
  const names = await call.cluster.names();
  const { namespace, isNamespaceGiven } = await call.cluster.access();
  const found: Found[] = [];
  const failures: unknown[] = [];
  for (const manifest of manifests) {
    try {
      found.push(placed(names, manifest, namespace, isNamespaceGiven));
    } catch (error) {
      failures.push(error);
    }
  }
  return { found, failures };
}

function placed(names: ResourceNames, { object, source }: Manifest, namespace: string, isGiven: boolean): Found {
  const resource = names.ofKind(object.apiVersion, object.kind);
  const [name, own] = [nameOf(object), namespaceOf(object)];
  if (resource === undefined) {
    throw new Failure(
      `resource mapping not found for name: ${JSON.stringify(name)} namespace: ${JSON.stringify(own)} from ${JSON.stringify(source)}: ` +
        `no matches for kind ${JSON.stringify(object.kind)} in version ${JSON.stringify(object.apiVersion)}\nensure CRDs are installed first`,
    );
  }
  if (!resource.namespaced) return { resource, namespace: '', name, source, object };
  if (isGiven && own !== '' && own !== namespace) {
    throw new Failure(
      `the namespace from the provided object "${own}" does not match the namespace "${namespace}". You must pass '--namespace=${own}' to perform this operation.`,
    );
  }
  const within = own === '' ? namespace : own;
  const settled = withField(object, ['metadata', 'namespace'], within) as KubeObject;
  return { resource, namespace: within, name, source, object: settled };
}
