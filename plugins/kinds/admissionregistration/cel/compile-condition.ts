import { BOOL, DYN, type CelType } from '../../../../src/cel/cel-type.ts';
import { compileCel, type CelDeclarations, type CelProgram } from '../../../../src/cel/program.ts';
import { ADMISSION_VARIABLES } from './admission-variables.ts';

/** An expression about requests, or what is wrong with it, in upstream's words. */
export type CompiledExpression = { readonly program: CelProgram } | { readonly problem: string };

/** A condition on requests; with `hasParams` it may name `params`. */
export const compileCondition = (expression: string, hasParams = false): CompiledExpression =>
  compileExpression(expression, hasParams ? { ...ADMISSION_VARIABLES, params: DYN } : ADMISSION_VARIABLES, [BOOL]);

/** An expression that comes to one of some types, to any without them; it may use `more` besides what all may. */
export function compileExpression(
  expression: string,
  variables: Readonly<Record<string, CelType>>,
  results: readonly CelType[] = [],
  more: Pick<CelDeclarations, 'types' | 'functions'> = {},
): CompiledExpression {
  const compiled = compileCel(expression, { variables, ...more });
  if (!compiled.ok) return { problem: `compilation failed: ${compiled.message}` };
  const type = printResult(compiled.program.type);
  const names = results.map(printResult);
  if (names.length === 0 || names.includes(type)) return { program: compiled.program };
  const asked = names.length === 1 ? names[0] : `one of [${names.join(' ')}]`;
  return { problem: `must evaluate to ${asked} but got ${type}` };
}

/** As results are told, by whole names; the checker shortens some. */
const printResult = ({ name, params }: CelType): string =>
  params.length === 0 ? name : `${name}(${params.map(printResult).join(', ')})`;
