import { required, type FieldError } from '../../../../src/api/field-error.ts';
import type { MatchResources } from './match-resources.ts';
import { validateMatchResources } from './validate-match-resources.ts';

/** Which requests a policy is about: unlike of a binding some have to be said. */
export const validateMatchConstraints = (field: string, match: MatchResources | undefined): readonly FieldError[] =>
  match === undefined
    ? [required(field)]
    : [
        ...validateMatchResources(field, match),
        ...((match.resourceRules ?? []).length === 0 ? [required(`${field}.resourceRules`)] : []),
      ];
