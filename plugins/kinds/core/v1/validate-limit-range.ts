import {
  duplicate,
  forbidden,
  invalid,
  placedAfter,
  required,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import {
  compareQuantities,
  formatQuantity,
  milliUnits,
  parseQuantity,
  wholeUnits,
} from '../../../../src/base/quantity.ts';
import type { Quantity } from '../../../../src/base/quantity.ts';
import { qualifiedNameProblems } from '../../../../src/base/qualified-name.ts';
import type { LimitRangeItem, LimitRangeSpec } from './limit-range-spec.ts';
import { containerResourceErrors, isOvercommitted, resourceNameErrors } from './resource-names.ts';

const TYPES: ReadonlySet<string> = new Set(['Pod', 'Container', 'PersistentVolumeClaim']);
const BOUNDS = ['max', 'min'] as const;
const DEFAULTS = ['default', 'defaultRequest'] as const;
/** Larger amounts are compared in whole units: they have no thousandths in 64 bits. */
const MAX_MILLI = 2 ** 63 / 1000;

/** Names that make sense for what each item is about, and bounds that leave room between them. */
export function validateLimitRange({ limits }: LimitRangeSpec, field: string): readonly FieldError[] {
  const seen = new Set<string>();
  return (limits ?? []).flatMap((item, index) => {
    const path = `${field}.limits[${index}]`;
    const errors = [...typeErrors(item.type, `${path}.type`)];
    if (seen.has(item.type)) errors.push(duplicate(`${path}.type`, item.type));
    seen.add(item.type);
    return placedAfter(path, [...errors, ...nameErrors(item, path), ...boundErrors(item, path)]);
  });
}

function typeErrors(type: string, path: string): readonly FieldError[] {
  const problems = qualifiedNameProblems(type);
  if (problems.length > 0) return problems.map(problem => invalid(path, type, problem));
  if (type.includes('/') || TYPES.has(type)) return [];
  return [invalid(path, type, 'must be a standard limit type or fully qualified')];
}

type Part = (typeof BOUNDS)[number] | (typeof DEFAULTS)[number] | 'maxLimitRequestRatio';

function nameErrors(item: LimitRangeItem, path: string): readonly FieldError[] {
  const { type, min = {}, max = {} } = item;
  const rule = type === 'Pod' || type === 'Container' ? containerResourceErrors : resourceNameErrors;
  const namesOf = (part: Part): readonly FieldError[] =>
    Object.keys(item[part] ?? {}).flatMap(name => rule(name, `${path}.${part}[${name}]`));
  const ofDefaults = (part: Part): readonly FieldError[] => {
    if (type !== 'Pod') return namesOf(part);
    if (Object.keys(item[part] ?? {}).length === 0) return [];
    return [forbidden(`${path}.${part}`, "may not be specified when `type` is 'Pod'")];
  };
  const lacksStorage =
    type === 'PersistentVolumeClaim' && !Object.hasOwn(min, 'storage') && !Object.hasOwn(max, 'storage');
  const detail = 'either minimum or maximum storage value is required, but neither was provided';
  return [
    ...BOUNDS.flatMap(namesOf),
    ...DEFAULTS.flatMap(ofDefaults),
    ...(lacksStorage ? [required(`${path}.limits`, detail)] : []),
    ...namesOf('maxLimitRequestRatio'),
  ];
}

function boundErrors(item: LimitRangeItem, path: string): readonly FieldError[] {
  const judged: readonly Part[] = [...BOUNDS, ...(item.type === 'Pod' ? [] : DEFAULTS), 'maxLimitRequestRatio'];
  const names = new Set(judged.flatMap(part => Object.keys(item[part] ?? {})));
  const amountsOf = (name: string): Amounts =>
    Object.fromEntries(
      judged.flatMap(part => {
        const amounts = item[part] ?? {};
        return Object.hasOwn(amounts, name) ? [[part, parseQuantity(amounts[name] ?? '0')]] : [];
      }),
    );
  return [...names].flatMap(name => {
    const amounts = amountsOf(name);
    return [
      ...orderErrors(name, amounts, path),
      ...ratioErrors(name, amounts, path),
      ...sameErrors(name, amounts, path),
    ];
  });
}

type Amounts = { readonly [P in Part]?: Quantity };

const WORDS = {
  min: 'min value',
  max: 'max value',
  default: 'default value',
  defaultRequest: 'default request value',
  maxLimitRequestRatio: 'ratio',
} as const;

/** What may not be greater than what, which of the two is complained about, and whose value is shown. */
const ORDERS: readonly {
  readonly less: Part;
  readonly more: Part;
  readonly about: Part;
  readonly shown: Part;
  readonly moreWords?: string;
}[] = [
  { less: 'min', more: 'max', about: 'min', shown: 'min' },
  { less: 'min', more: 'defaultRequest', about: 'defaultRequest', shown: 'defaultRequest' },
  { less: 'defaultRequest', more: 'max', about: 'defaultRequest', shown: 'defaultRequest' },
  {
    less: 'defaultRequest',
    more: 'default',
    about: 'defaultRequest',
    shown: 'defaultRequest',
    moreWords: 'default limit value',
  },
  { less: 'min', more: 'default', about: 'default', shown: 'min' },
  { less: 'default', more: 'max', about: 'default', shown: 'max' },
];

function orderErrors(name: string, amounts: Amounts, path: string): readonly FieldError[] {
  return ORDERS.flatMap(({ less, more, about, shown, moreWords = WORDS[more] }) => {
    const [a, b, value] = [amounts[less], amounts[more], amounts[shown]];
    if (a === undefined || b === undefined || value === undefined || compareQuantities(a, b) <= 0) return [];
    const detail = `${WORDS[less]} ${formatQuantity(a)} is greater than ${moreWords} ${formatQuantity(b)}`;
    return [invalid(`${path}.${about}[${name}]`, formatQuantity(value), detail)];
  });
}

const ONE = parseQuantity('1');

function ratioErrors(name: string, amounts: Amounts, path: string): readonly FieldError[] {
  const { min, max, maxLimitRequestRatio: ratio } = amounts;
  if (ratio === undefined) return [];
  const shown = formatQuantity(ratio);
  const field = `${path}.maxLimitRequestRatio[${name}]`;
  const errors = compareQuantities(ratio, ONE) < 0 ? [invalid(field, shown, `ratio ${shown} is less than 1`)] : [];
  if (min === undefined || max === undefined) return errors;
  const isFine = [ratio, min, max].every(amount => wholeUnits(amount) < MAX_MILLI);
  const unitsOf = isFine ? milliUnits : wholeUnits;
  const most = unitsOf(max) / unitsOf(min);
  if ((isFine ? milliUnits(ratio) / 1000 : wholeUnits(ratio)) <= most || Number.isNaN(most)) return errors;
  return [...errors, invalid(field, shown, `ratio ${shown} is greater than max/min = ${most.toFixed(6)}`)];
}

/** Of what is not overcommitted the limit is the request. */
function sameErrors(name: string, { default: limit, defaultRequest: request }: Amounts, path: string) {
  if (isOvercommitted(name) || limit === undefined || request === undefined) return [];
  if (compareQuantities(limit, request) === 0) return [];
  const [a, b] = [formatQuantity(limit), formatQuantity(request)];
  const detail = `default value ${a} must equal to defaultRequest value ${b} in ${name}`;
  return [invalid(`${path}.defaultRequest[${name}]`, b, detail)];
}
