import { forbidden, invalid, notSupported, required, type FieldError } from '../../../../src/api/field-error.ts';
import { validateConditions } from './flow-condition.ts';
import type {
  ExemptPriorityLevel,
  LimitedPriorityLevel,
  LimitResponse,
  PriorityLevelConfigurationSpec,
  PriorityLevelConfigurationStatus,
  QueuingConfiguration,
} from './priority-level-configuration-spec.ts';

interface Parts {
  readonly metadata: { readonly name: string };
  readonly spec: PriorityLevelConfigurationSpec;
  readonly status: PriorityLevelConfigurationStatus;
}
type Errors = readonly FieldError[];

const MAX_QUEUES = 10_000_000;
/** Of a hash that flows are dealt to queues by. */
const HASH_BITS = 60;

export function validatePriorityLevel({ metadata, spec, status }: Parts): Errors {
  const isOdd = (metadata.name === 'exempt') !== (spec.type === 'Exempt');
  const text = "must be 'Exempt' if and only if `name` is 'exempt'";
  return [
    ...(isOdd ? [invalid('spec.type', spec.type, text)] : []),
    ...validateByType(spec),
    ...validateConditions(status.conditions),
  ];
}

function validateByType({ type, limited, exempt }: PriorityLevelConfigurationSpec): Errors {
  switch (type) {
    case 'Exempt':
      return [
        ...(limited === undefined ? [] : [forbidden('spec.limited', 'must be nil if the type is not Limited')]),
        ...(exempt === undefined ? [] : validateShares(exempt, 'spec.exempt')),
      ];
    case 'Limited':
      return [
        ...(exempt === undefined ? [] : [forbidden('spec.exempt', 'must be nil if the type is Limited')]),
        ...(limited === undefined
          ? [required('spec.limited', 'must not be empty when type is Limited')]
          : validateLimited(limited)),
      ];
    case '':
      return [required('spec.type')];
    default:
      return [notSupported('spec.type', type, ['Exempt', 'Limited'])];
  }
}

function validateLimited(limited: LimitedPriorityLevel): Errors {
  const { borrowingLimitPercent: percent = 0, limitResponse } = limited;
  const [shares, lendable] = [sharesErrors(limited, 'spec.limited'), lendableErrors(limited, 'spec.limited')];
  const text = 'if specified, must be a non-negative integer';
  return [
    ...shares,
    ...validateResponse(limitResponse, 'spec.limited.limitResponse'),
    ...lendable,
    ...(percent < 0 ? [invalid('spec.limited.borrowingLimitPercent', percent, text)] : []),
  ];
}

const validateShares = (level: ExemptPriorityLevel, field: string): Errors => [
  ...sharesErrors(level, field),
  ...lendableErrors(level, field),
];

const sharesErrors = ({ nominalConcurrencyShares: shares }: ExemptPriorityLevel, field: string): Errors =>
  shares < 0 ? [invalid(`${field}.nominalConcurrencyShares`, shares, 'must be a non-negative integer')] : [];

const lendableErrors = ({ lendablePercent: percent }: ExemptPriorityLevel, field: string): Errors =>
  percent < 0 || percent > 100
    ? [invalid(`${field}.lendablePercent`, percent, 'must be between 0 and 100, inclusive')]
    : [];

function validateResponse({ type, queuing }: LimitResponse, field: string): Errors {
  switch (type) {
    case 'Reject': {
      const text = 'must be nil if limited.limitResponse.type is not Limited';
      return queuing === undefined ? [] : [forbidden(`${field}.queuing`, text)];
    }
    case 'Queue': {
      const text = 'must not be empty if limited.limitResponse.type is Limited';
      return queuing === undefined
        ? [required(`${field}.queuing`, text)]
        : validateQueuing(queuing, `${field}.queuing`);
    }
    case '':
      return [required(`${field}.type`)];
    default:
      return [notSupported(`${field}.type`, type, ['Queue', 'Reject'])];
  }
}

function validateQueuing({ queues, handSize, queueLengthLimit }: QueuingConfiguration, field: string): Errors {
  const errors: FieldError[] = [];
  if (queueLengthLimit <= 0) errors.push(invalid(`${field}.queueLengthLimit`, queueLengthLimit, 'must be positive'));
  if (queues <= 0) errors.push(invalid(`${field}.queues`, queues, 'must be positive'));
  else if (queues > MAX_QUEUES) {
    errors.push(invalid(`${field}.queues`, queues, `must not be greater than ${MAX_QUEUES}`));
  }
  const problem = handProblem(queues, handSize);
  return problem === undefined ? errors : [...errors, invalid(`${field}.handSize`, handSize, problem)];
}

function handProblem(queues: number, handSize: number): string | undefined {
  if (handSize <= 0) return 'must be positive';
  if (handSize > queues) return `should not be greater than queues (${queues})`;
  return Math.ceil(Math.log2(queues) * handSize) > HASH_BITS
    ? `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${HASH_BITS}`
    : undefined;
}
