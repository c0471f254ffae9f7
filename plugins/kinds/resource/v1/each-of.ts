import { duplicate, tooMany, type FieldError } from '../../../../src/api/field-error.ts';

type Judge<T> = (item: T, field: string) => readonly FieldError[];

/** What is wrong with each item of a list, or with their number; resource validation's validateSlice. */
export const eachOf = <T>(items: readonly T[], max: number, field: string, judge: Judge<T>): readonly FieldError[] =>
  items.length > max
    ? [tooMany(field, items.length, max)]
    : items.flatMap((item, index) => judge(item, `${field}[${index}]`));

/** The same of items that `keyOf` tells apart; its validateSet. */
export function eachOnce<T>(
  items: readonly T[],
  max: number,
  field: string,
  judge: Judge<T>,
  keyOf: (item: T) => unknown,
): readonly FieldError[] {
  const errors = eachOf(items, max, field, judge);
  if (items.length > max) return errors;
  const keys = items.map(item => JSON.stringify(keyOf(item)));
  const twice = items.flatMap((item, index) =>
    keys.indexOf(keys[index] ?? '') < index ? [duplicate(`${field}[${index}]`, keyOf(item))] : [],
  );
  return [...errors, ...twice];
}
