import type { Call } from '../command/verb.ts';
import { resourcePath } from '../rest/api-resource.ts';
import type { PlacedTarget } from './placed-target.ts';

export const TABLE =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

type Query = Readonly<Record<string, string | undefined>>;

/** The path and query of what a target means. */
export function getPath({ resource, namespace, name }: PlacedTarget, { flags }: Call): string {
  const subresource = flags.text('subresource');
  const below = name === undefined ? [] : [name, ...(subresource === '' ? [] : [subresource])];
  return resourcePath(resource, namespace, ...below);
}

export function getQuery({ name }: PlacedTarget, { flags }: Call): Query {
  const query: Query = flags.text('sort-by') !== '' ? { includeObject: 'Object' } : {};
  if (name !== undefined) return query;
  const limit = flags.text('sort-by') !== '' ? 0 : flags.int('chunk-size');
  return { ...query, ...selectorQuery({ flags }), ...(limit > 0 ? { limit: String(limit) } : {}) };
}

export const selectorQuery = ({ flags }: Pick<Call, 'flags'>): Query => ({
  labelSelector: flags.text('selector') || undefined,
  fieldSelector: flags.text('field-selector') || undefined,
});

/** Selects a single object in a list or watch. */
export const nameQuery = ({ name }: PlacedTarget): Query =>
  name === undefined ? {} : { fieldSelector: `metadata.name=${name}` };
