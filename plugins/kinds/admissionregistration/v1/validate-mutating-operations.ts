import { notSupported, type FieldError } from '../../../../src/api/field-error.ts';
import type { MatchResources } from './match-resources.ts';

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'UPDATE'];

/** What is deleted cannot be changed. Upstream tells of the field of all rules together. */
export const validateMutatingOperations = (field: string, match: MatchResources | undefined): readonly FieldError[] =>
  (match?.resourceRules ?? [])
    .flatMap(({ operations = [] }) => operations)
    .filter(operation => !OPERATIONS.includes(operation))
    .map(operation => notSupported(`${field}.resourceRules.operations`, operation, OPERATIONS));
