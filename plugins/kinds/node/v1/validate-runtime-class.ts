import { duplicate, invalid, placedAfter, type FieldError } from '../../../../src/api/field-error.ts';
import { validateLabels } from '../../../../src/api/validate-metadata.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import type { Toleration } from '../../core/v1/toleration.ts';
import { validateResources } from '../../core/v1/validate-resources.ts';
import { validateTolerations } from '../../core/v1/validate-tolerations.ts';
import type { Overhead } from './overhead.ts';
import type { Scheduling } from './scheduling.ts';

interface ClassLike {
  readonly handler: string;
  readonly overhead?: Overhead;
  readonly scheduling?: Scheduling;
}

export function validateRuntimeClass({ handler, overhead, scheduling }: ClassLike): readonly FieldError[] {
  const { nodeSelector = {}, tolerations = [] } = scheduling ?? {};
  const field = 'scheduling.tolerations';
  return [
    ...(handler === '' ? [] : dnsLabelProblems(handler)).map(problem => invalid('handler', handler, problem)),
    ...validateResources({ limits: overhead?.podFixed ?? {} }, 'overhead'),
    ...validateLabels(nodeSelector, 'scheduling.nodeSelector'),
    ...validateTolerations(tolerations, field),
    ...placedAfter(
      field,
      tolerations.flatMap((toleration, index) => {
        const isTwice = tolerations.findIndex(other => keyOf(other) === keyOf(toleration)) < index;
        return isTwice ? [duplicate(`${field}[${index}]`, asGoPrints(toleration))] : [];
      }),
    ),
  ];
}

const keyOf = ({ key, operator, value, effect }: Toleration): string => JSON.stringify([key, operator, value, effect]);

/** In Go's own type, which has no names for JSON. */
const asGoPrints = (toleration: Toleration): object => ({
  Key: toleration.key ?? '',
  Operator: toleration.operator ?? '',
  Value: toleration.value ?? '',
  Effect: toleration.effect ?? '',
  TolerationSeconds: toleration.tolerationSeconds ?? null,
});
