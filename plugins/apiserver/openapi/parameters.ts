import type { OpenApiSchema, OpenApiVersion } from '../../../src/schema/openapi.ts';
import { compact } from './compact.ts';

/** What a request says besides its body. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly type: 'boolean' | 'integer' | 'string';
}

type Types = Readonly<Record<string, Parameter['type']>>;

const WRITE: Types = { dryRun: 'string', fieldManager: 'string', fieldValidation: 'string' };
const DELETE: Types = {
  dryRun: 'string',
  gracePeriodSeconds: 'integer',
  ignoreStoreReadErrorWithClusterBreakingPotential: 'boolean',
  orphanDependents: 'boolean',
  propagationPolicy: 'string',
};
const SELECT: Types = {
  continue: 'string',
  fieldSelector: 'string',
  labelSelector: 'string',
  limit: 'integer',
  resourceVersion: 'string',
  resourceVersionMatch: 'string',
  sendInitialEvents: 'boolean',
  shardSelector: 'string',
  timeoutSeconds: 'integer',
};
const LIST: Types = { ...SELECT, allowWatchBookmarks: 'boolean', watch: 'boolean' };
const OF_ACTION: ReadonlyMap<string, Types> = new Map([
  ['post', WRITE],
  ['put', WRITE],
  ['patch', { ...WRITE, force: 'boolean' }],
  ['list', LIST],
  ['watch', LIST],
  ['watchlist', LIST],
  ['delete', DELETE],
  ['deletecollection', { ...DELETE, ...SELECT }],
]);

/** Those of an action on objects, without those of its path. */
export const parametersOf = (action: string): readonly Parameter[] => [
  ...queryParameters(OF_ACTION.get(action) ?? {}),
  { name: 'pretty', in: 'query', type: 'string' },
];

export const queryParameters = (types: Types): readonly Parameter[] =>
  Object.entries(types).map(([name, type]) => ({ name, in: 'query', type }));

export const pathParameters = (path: string): readonly Parameter[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({ name, in: 'path', type: 'string' }));

/** In the order upstream lists them. */
export const sorted = (parameters: readonly Parameter[]): readonly Parameter[] =>
  parameters.toSorted((a, b) => (a.name === b.name ? (a.in < b.in ? -1 : 1) : a.name < b.name ? -1 : 1));

export function written({ name, in: place, type }: Parameter, version: OpenApiVersion): OpenApiSchema {
  const schema = { type, uniqueItems: true };
  const required = place === 'path' ? true : undefined;
  return compact({ name, in: place, required, ...(version === 'v2' ? schema : { schema }) });
}
