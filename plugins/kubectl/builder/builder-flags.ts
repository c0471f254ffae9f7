import { bool, list, text, type FlagSpec } from '../command/flag.ts';

/** What says which objects a command is about. */
export const FILE_FLAGS: readonly FlagSpec[] = [
  list('filename', 'Files, folders or addresses that hold the objects; - for stdin.', { short: 'f' }),
  text('kustomize', 'Folder with a kustomization that describes the objects.', { short: 'k' }),
  bool('recursive', 'Read folders of -f with all below them.', { short: 'R' }),
];

export const SELECTOR_FLAG: FlagSpec = text('selector', 'Labels the objects must have.', { short: 'l' });
export const FIELD_SELECTOR_FLAG: FlagSpec = text('field-selector', 'Fields the objects must have.');
export const ALL_FLAG: FlagSpec = bool('all', 'All objects of the types in the namespace.');
export const LOCAL_FLAG: FlagSpec = bool('local', 'Do not ask the server: work on the file alone.');
export const DRY_RUN_FLAG: FlagSpec = text('dry-run', 'none, client or server: do not keep what is done.', {
  fallback: 'none',
  bare: 'unchanged',
});
export const fieldManager = (name: string): FlagSpec =>
  text('field-manager', 'Who is to own the fields that are set.', { fallback: name });
export const PRINT_FLAGS: readonly FlagSpec[] = [
  text('output', 'Format: json, yaml, name, jsonpath=..., go-template=... .', { short: 'o' }),
  text('template', 'Template of -o go-template or jsonpath.'),
  bool('allow-missing-template-keys', 'Templates say nothing of fields that are missing.', { fallback: 'true' }),
  bool('show-managed-fields', 'Keep managedFields in JSON and YAML.'),
];
