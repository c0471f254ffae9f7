import { duplicate, invalid, placedAfter, tooLong, type FieldError } from '../../../../src/api/field-error.ts';
import { qualifiedNameProblems } from '../../../../src/base/qualified-name.ts';
import type { TopologySelectorTerm } from '../../core/v1/topology-selector-term.ts';

const MAX_PARAMETERS = 512;
const MAX_PARAMETER_BYTES = 256 * 1024;

/** Upstream judges a provisioner as it does keys of labels. */
const QUALIFIED = 'a qualified name must';
const LABEL_KEY = 'a valid label key must';

interface StorageClassLike {
  readonly provisioner: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly allowedTopologies?: readonly TopologySelectorTerm[];
}

export function validateStorageClass({
  provisioner,
  parameters = {},
  allowedTopologies = [],
}: StorageClassLike): readonly FieldError[] {
  return [
    ...provisionerErrors(provisioner, 'provisioner'),
    ...parameterErrors(parameters),
    ...allowedTopologies.flatMap(termErrors),
  ];
}

/** What is wrong with who makes or keeps volumes; the schema asks that there is one. */
export function provisionerErrors(provisioner: string, field: string): readonly FieldError[] {
  const name = provisioner.toLowerCase();
  const problems = name === '' ? [] : qualifiedNameProblems(name);
  return problems.map(problem => invalid(field, name, problem.replace(QUALIFIED, LABEL_KEY)));
}

export function parameterErrors(parameters: Readonly<Record<string, string>>): readonly FieldError[] {
  const entries = Object.entries(parameters);
  if (entries.length > MAX_PARAMETERS) return [tooLong('parameters', MAX_PARAMETERS)];
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  return [
    ...('' in parameters ? [invalid('parameters', '', 'field can not be empty.')] : []),
    ...(bytes > MAX_PARAMETER_BYTES ? [tooLong('parameters', MAX_PARAMETER_BYTES)] : []),
  ];
}

function termErrors({ matchLabelExpressions = [] }: TopologySelectorTerm, index: number): readonly FieldError[] {
  const field = `allowedTopologies[${index}].matchLabelExpressions`;
  return matchLabelExpressions.flatMap(({ key, values }, at) => [
    ...(key === '' ? [] : qualifiedNameProblems(key).map(problem => invalid(`${field}[${at}].key`, key, problem))),
    ...values.flatMap((value, n) =>
      values.indexOf(value) < n ? [duplicate(`${field}[${at}].values[${n}]`, value)] : [],
    ),
    ...(matchLabelExpressions.findIndex(other => other.key === key) < at
      ? placedAfter(`${field}[${at}]`, [duplicate(`${field}[${at}].key`, key)])
      : []),
  ]);
}
