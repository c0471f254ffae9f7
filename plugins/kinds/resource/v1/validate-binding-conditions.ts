import { duplicate, invalid, type FieldError } from '../../../../src/api/field-error.ts';
import { keyErrors } from './device-name-rules.ts';
import { eachOf } from './each-of.ts';

interface Bound {
  readonly bindingConditions?: readonly string[];
  readonly bindingFailureConditions?: readonly string[];
}

const MAX_CONDITIONS = 4;

/** Resource validation's validateDeviceBindingParameters: both lists or none, each condition once in both. */
export function validateBindingConditions(
  { bindingConditions: good = [], bindingFailureConditions: bad = [] }: Bound,
  field: string,
): readonly FieldError[] {
  const [atGood, atBad] = [`${field}.bindingConditions`, `${field}.bindingFailureConditions`];
  const twice = (all: readonly string[], index: number, at: string): readonly FieldError[] =>
    all.indexOf(all[index] ?? '') < index ? [duplicate(`${at}[${index}]`, all[index])] : [];
  return [
    ...eachOf(good, MAX_CONDITIONS, atGood, keyErrors),
    ...eachOf(bad, MAX_CONDITIONS, atBad, keyErrors),
    ...good.flatMap((_, index) => twice(good, index, atGood)),
    ...bad.flatMap((condition, index) => [
      ...twice(bad, index, atBad),
      ...(good.includes(condition)
        ? [invalid(`${atBad}[${index}]`, condition, 'bindingFailureConditions must not overlap with bindingConditions')]
        : []),
    ]),
    ...(good.length === 0 && bad.length > 0
      ? [invalid(atGood, null, 'bindingConditions are required to use bindingFailureConditions')]
      : []),
    ...(bad.length === 0 && good.length > 0
      ? [invalid(atBad, null, 'bindingFailureConditions are required to use bindingConditions')]
      : []),
  ];
}
