import type { ApiVerb, Resource } from '../../src/api/resource.ts';

const ALL_VERBS: readonly ApiVerb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

const CUSTOM_VERBS: readonly ApiVerb[] = [
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'create',
  'update',
  'watch',
];

/** What may be done with a kind's own objects, in the order discovery tells it. */
export const servedVerbs = ({ verbs, virtual, custom }: Resource): readonly ApiVerb[] =>
  verbs ?? (virtual === true ? ['create'] : custom === undefined ? ALL_VERBS : CUSTOM_VERBS);
