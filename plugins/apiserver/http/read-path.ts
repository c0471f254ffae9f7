import { StatusError } from '../../../src/api/status-error.ts';
import { pathSegmentProblems } from '../../../src/base/path-segment.ts';
import { PATH_SEGMENT_CHARS } from '../limits.ts';
import type { RequestInfo } from '../contract.ts';

/** A request's path and query, read once; router and authorizer both go by it. */
export interface ReadPath {
  readonly info: RequestInfo;
  readonly query: URLSearchParams;
  /** Decoded, without the leading slash. */
  readonly segments: readonly string[];
  /** The path as it came, up to the subresource. */
  readonly base: string;
  /** What follows the subresource, as it came: the rest of a proxied path, from its slash on; '' where there is none. */
  readonly rest: string;
  /** The query as it came, with its `?`; '' without one. */
  readonly search: string;
}

/** Throws `StatusError` BadRequest for a path that cannot mean one thing only. */
export function readPath(method: string, url: string): ReadPath {
  const cut = url.indexOf('?');
  const path = cut === -1 ? url : url.slice(0, cut);
  const search = cut === -1 ? '' : url.slice(cut);
  const asked = cut === -1 ? NO_QUERY : new URLSearchParams(url.slice(cut + 1));
  const raw = path.split('/');
  const segments = raw.slice(1).map(decoded);
  if (segments.at(-1) === '') segments.pop();
  const plain = `/${segments.join('/')}`;
  const found = resourceOf(segments);
  if (found === undefined) {
    const info = { ...NO_RESOURCE, verb: method.toLowerCase(), path: plain === '/' ? path : plain };
    return { info, query: asked, segments, base: path, rest: '', search };
  }
  const { depth, isOldWatch, ...named } = found;
  const rest = raw.length > depth + 1 ? `/${raw.slice(depth + 1).join('/')}` : '';
  const base = rest === '' ? path : path.slice(0, -rest.length);
  const query = isOldWatch ? asWatch(asked, named.name) : asked;
  const target = isOldWatch ? { ...named, name: '' } : named;
  const fieldSelector = query.get('fieldSelector') ?? undefined;
  const labelSelector = query.get('labelSelector') ?? undefined;
  const verb = verbOf(method, target.name, isTrue(query.get('watch')));
  const listed = verb === 'list' || verb === 'watch' ? selectedName(fieldSelector) : undefined;
  const info: RequestInfo = {
    ...target,
    ...(listed === undefined ? {} : { name: listed }),
    verb,
    path: plain,
    isResourceRequest: true,
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  };
  return { info, query, segments, base, rest, search };
}

export const isTrue = (value: string | null): boolean => value !== null && value !== 'false' && value !== '0';

/** The one object that a list or watch is about: who may see it may list it so. */
function selectedName(fieldSelector: string | undefined): string | undefined {
  const name = fieldSelector === undefined ? undefined : ONE_NAME.exec(fieldSelector)?.[1];
  return name === undefined || pathSegmentProblems(name).length > 0 ? undefined : name;
}
const ONE_NAME = /(?:^|,)metadata\.name==?([^,=!\\]+)(?:,|$)/;

/** What `/api/v1/watch/...` means, the way that watches were asked for before there was a parameter for it. */
function asWatch(query: URLSearchParams, name: string): URLSearchParams {
  const asked = new URLSearchParams(query);
  asked.set('watch', 'true');
  if (name !== '') asked.set('fieldSelector', `metadata.name=${name}`);
  return asked;
}

/** Nobody changes a query that was read. */
const NO_QUERY = new URLSearchParams();

export const NO_RESOURCE = {
  isResourceRequest: false,
  group: '',
  version: '',
  resource: '',
  subresource: '',
  namespace: '',
  name: '',
} as const;

function decoded(segment: string): string {
  let text = segment;
  try {
    if (segment.includes('%')) text = decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) throw new StatusError('BadRequest', 'the path is not valid: bad escape');
    throw error;
  }
  if (text === '.' || text === '..' || text.includes('\0') || text.length > PATH_SEGMENT_CHARS) {
    throw new StatusError('BadRequest', 'the path is not valid');
  }
  return text;
}

type Target = Pick<RequestInfo, 'group' | 'version' | 'resource' | 'subresource' | 'namespace' | 'name'> & {
  /** Segments up to the subresource. */
  readonly depth: number;
  readonly isOldWatch: boolean;
};

/** `/api/v1/...`, `/apis/group/version/...`; `undefined` for all other paths, discovery among them. */
function resourceOf(segments: readonly string[]): Target | undefined {
  const [root] = segments;
  const depth = root === 'api' ? 2 : root === 'apis' ? 3 : 0;
  if (depth === 0 || segments.length <= depth) return undefined;
  const group = root === 'apis' ? (segments[1] ?? '') : '';
  const version = segments[depth - 1] ?? '';
  const isOldWatch = segments[depth] === 'watch' && segments.length > depth + 1;
  const parts = segments.slice(isOldWatch ? depth + 1 : depth);
  const [first = '', second = '', third = ''] = parts;
  const isInNamespace = first === 'namespaces' && parts.length > 2 && third !== 'status' && third !== 'finalize';
  const [resource = '', name = '', subresource = ''] = isInNamespace ? parts.slice(2) : parts;
  const namespace = isInNamespace ? second : first === 'namespaces' ? second : '';
  return {
    group,
    version,
    resource,
    subresource,
    namespace,
    name,
    depth: depth + (isOldWatch ? 1 : 0) + (isInNamespace ? 2 : 0) + 3,
    isOldWatch,
  };
}

function verbOf(method: string, name: string, isWatch: boolean): string {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name === '' ? 'deletecollection' : 'delete';
    case 'GET':
    case 'HEAD':
      return name !== '' ? 'get' : isWatch ? 'watch' : 'list';
    default:
      return '';
  }
}
