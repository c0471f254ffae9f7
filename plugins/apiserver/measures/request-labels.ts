import type { RequestInfo } from '../contract.ts';

/** What tells requests apart in measures, under upstream's names. */
export type RequestLabels = Readonly<
  Record<'component' | 'group' | 'resource' | 'scope' | 'subresource' | 'verb' | 'version', string>
>;

export const requestLabels = (info: RequestInfo, isApply: boolean): RequestLabels => ({
  component: info.resource === '' ? '' : 'apiserver',
  group: info.group,
  resource: info.resource,
  scope: scopeOf(info),
  subresource: info.subresource,
  verb: verbOf(info, isApply),
  version: info.version,
});

export function scopeOf({ verb, name, namespace, isResourceRequest }: RequestInfo): string {
  if (name !== '' || verb === 'create') return 'resource';
  if (namespace !== '') return 'namespace';
  return isResourceRequest ? 'cluster' : '';
}

export function verbOf({ verb, subresource }: RequestInfo, isApply: boolean): string {
  if (CONNECTED.has(subresource)) return 'CONNECT';
  if (isApply && verb === 'patch') return 'APPLY';
  return VERBS[verb] ?? verb.toUpperCase();
}

const CONNECTED: ReadonlySet<string> = new Set(['attach', 'exec', 'portforward', 'proxy']);
const VERBS: Readonly<Record<string, string>> = { create: 'POST', update: 'PUT' };
