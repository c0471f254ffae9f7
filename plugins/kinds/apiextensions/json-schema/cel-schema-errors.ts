import { forbidden, invalid, type FieldError } from '../../../../src/api/field-error.ts';
import { UNBOUNDED } from '../../../../src/cel/cost-range.ts';
import type { JsonSchemaProps, ValidationRule } from '../v1/json-schema-props.ts';
import { compileCelRules, type CompiledRule } from './compile-cel-rules.ts';
import { celTypeOfSchema } from './cel-type-of-schema.ts';
import { additionalOf, isEmbedded, itemsOf } from './schema-parts.ts';

const EXPRESSION_LIMIT = 10_000_000;
const DEFINITION_LIMIT = 100_000_000;
const MOST_TOLD = 4;

/**
 * What is wrong with what the rules of a schema say, and with what they may cost. Schemas with other errors within,
 * told in `others`, are not asked.
 */
export function celSchemaErrors(
  schema: JsonSchemaProps,
  field: string,
  others: readonly FieldError[],
): readonly FieldError[] {
  const costs: RuleCost[] = [];
  const isSound = (at: string): boolean =>
    !others.some(error => error.field === at || error.field.startsWith(`${at}.`));
  const errors = schemaErrors({ schema, field, isRoot: true, times: 1, uncorrelated: undefined }, { costs, isSound });
  return [...errors, ...totalErrors(costs, field)];
}

interface RuleCost {
  readonly field: string;
  readonly cost: number;
}

interface Place {
  readonly schema: JsonSchemaProps;
  readonly field: string;
  readonly isRoot: boolean;
  /** How many values there may be; undefined where nothing limits them. */
  readonly times: number | undefined;
  /** The schema around whose parts cannot be told from their old ones. */
  readonly uncorrelated: string | undefined;
}

interface Judge {
  readonly costs: RuleCost[];
  readonly isSound: (field: string) => boolean;
}

function schemaErrors(place: Place, judge: Judge): readonly FieldError[] {
  const { schema, field, isRoot } = place;
  const inner = innerPlaces(place).flatMap(within => schemaErrors(within, judge));
  if ((schema['x-kubernetes-validations'] ?? []).length === 0 || !judge.isSound(field)) return inner;
  const type = celTypeOfSchema(schema, isRoot || isEmbedded(schema), 'selfType');
  const at = `${field}.x-kubernetes-validations`;
  if (type === undefined) return [...inner, noType(at)];
  const own = compileCelRules(schema, type).flatMap((rule, index) => ruleErrors(rule, `${at}[${index}]`, place, judge));
  return [...inner, ...own];
}

const noType = (field: string): FieldError => ({
  type: 'InternalError',
  field,
  detail: 'unable to convert structural schema to CEL declarations',
});

function innerPlaces({ schema, field, times, uncorrelated }: Place): readonly Place[] {
  const [additional, items] = [additionalOf(schema), itemsOf(schema)];
  const most = times === undefined ? undefined : multiplied(times, mostElements(schema));
  const inner = (part: JsonSchemaProps, path: string, isCorrelated: boolean): Place => ({
    schema: part,
    field: `${field}.${path}`,
    isRoot: false,
    times: most,
    uncorrelated: uncorrelated ?? (isCorrelated ? undefined : field),
  });
  return [
    ...(additional === undefined ? [] : [inner(additional, 'additionalProperties', true)]),
    ...Object.entries(schema.properties ?? {})
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, part]) => inner(part, `properties[${name}]`, true)),
    ...(items === undefined ? [] : [inner(items, 'items', schema['x-kubernetes-list-type'] === 'map')]),
  ];
}

function mostElements({ type, additionalProperties, maxProperties, maxItems }: JsonSchemaProps): number | undefined {
  if (type === 'array') return maxItems === undefined ? undefined : Math.max(0, maxItems);
  if (type !== 'object' || additionalProperties === undefined) return 1;
  return maxProperties === undefined ? undefined : Math.max(0, maxProperties);
}

const multiplied = (a: number, b: number | undefined): number | undefined =>
  b === undefined ? undefined : Math.min(a * b, UNBOUNDED);

function ruleErrors(compiled: CompiledRule, field: string, place: Place, { costs }: Judge): readonly FieldError[] {
  const { rule, problem, usesOldSelf, messageProblem } = compiled;
  const cost = Math.min(compiled.maxCost * (place.times ?? compiled.mostTimes), UNBOUNDED);
  costs.push({ field: `${field}.rule`, cost });
  if (compiled.message !== undefined) {
    costs.push({ field: `${field}.messageExpression`, cost: compiled.messageMaxCost });
  }
  return [
    ...tooDear('estimated rule cost', cost, EXPRESSION_LIMIT, `${field}.rule`),
    ...(problem === undefined ? [] : [invalid(`${field}.rule`, printed(rule), problem)]),
    ...(messageProblem === undefined ? [] : [invalid(`${field}.messageExpression`, printed(rule), messageProblem)]),
    ...tooDear(
      'estimated messageExpression cost',
      compiled.messageMaxCost,
      EXPRESSION_LIMIT,
      `${field}.messageExpression`,
    ),
    ...oldSelfErrors(rule, usesOldSelf, field, place),
  ];
}

function oldSelfErrors(
  { rule, optionalOldSelf }: ValidationRule,
  usesOldSelf: boolean,
  field: string,
  { uncorrelated }: Place,
): readonly FieldError[] {
  if (usesOldSelf && uncorrelated !== undefined) {
    const what = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`;
    return [invalid(`${field}.rule`, rule, what)];
  }
  return usesOldSelf || optionalOldSelf === undefined
    ? []
    : [invalid(`${field}.optionalOldSelf`, optionalOldSelf, 'may not be set if oldSelf is not used in rule')];
}

/** In Go's names, as upstream shows it. */
const printed = ({
  rule,
  message,
  messageExpression,
  reason,
  fieldPath,
  optionalOldSelf,
}: ValidationRule): unknown => ({
  Rule: rule,
  Message: message ?? '',
  MessageExpression: messageExpression ?? '',
  Reason: reason ?? null,
  FieldPath: fieldPath ?? '',
  OptionalOldSelf: optionalOldSelf ?? null,
});

function tooDear(name: string, cost: number, limit: number, field: string): readonly FieldError[] {
  if (cost <= limit) return [];
  const factor = cost / limit;
  const by = factor > 100 ? 'more than 100x' : `${factor.toFixed(factor < 1.5 ? 6 : 1)}x`;
  const remedy =
    'try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared';
  return [forbidden(field, `${name} exceeds budget by factor of ${by} (${remedy})`)];
}

function totalErrors(costs: readonly RuleCost[], field: string): readonly FieldError[] {
  const total = costs.reduce((sum, { cost }) => sum + cost, 0);
  if (total <= DEFINITION_LIMIT) return [];
  const dearest = costs
    .filter(({ cost }) => cost >= DEFINITION_LIMIT / 100)
    .toSorted((a, b) => b.cost - a.cost)
    .slice(0, MOST_TOLD);
  const contributed = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';
  return [
    ...dearest.map(rule => forbidden(rule.field, contributed)),
    ...tooDear(
      'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema',
      total,
      DEFINITION_LIMIT,
      field,
    ),
  ];
}
