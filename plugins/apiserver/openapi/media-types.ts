/** What objects are answered in, as upstream lists them. */
export const ANSWER_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'] as const;
/** The same of lists, which may be watched. */
export const WATCHED_TYPES = [
  ...ANSWER_TYPES,
  'application/json;stream=watch',
  'application/vnd.kubernetes.protobuf;stream=watch',
] as const;
export const PATCH_TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
] as const;
/** Custom kinds have no protobuf, and merge nothing strategically. */
export const CUSTOM_ANSWER_TYPES = ['application/json', 'application/yaml'] as const;
export const CUSTOM_PATCH_TYPES = PATCH_TYPES.filter(type => !type.includes('strategic'));
export const EVERY_TYPE = ['*/*'] as const;
