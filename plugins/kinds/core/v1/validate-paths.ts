import { invalid, type FieldError } from '../../../../src/api/field-error.ts';

export const noBackstep = (path: string, field: string): readonly FieldError[] =>
  path.split('/').includes('..') ? [invalid(field, path, "must not contain '..'")] : [];

/** A path within a volume never leaves it. */
export const descendingPath = (path: string, field: string): readonly FieldError[] => [
  ...(path.startsWith('/') ? [invalid(field, path, 'must be a relative path')] : []),
  ...noBackstep(path, field),
];

/** Nor begins with dots that the writer of the volume keeps for itself. */
export const unreservedPath = (path: string, field: string): readonly FieldError[] => [
  ...descendingPath(path, field),
  ...(path.startsWith('..') && !path.startsWith('../') ? [invalid(field, path, "must not start with '..'")] : []),
];
