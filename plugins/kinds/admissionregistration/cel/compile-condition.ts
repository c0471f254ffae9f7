import { printType } from '../../../../src/cel/cel-type.ts';
import { compileCel, type CelProgram } from '../../../../src/cel/program.ts';
import { ADMISSION_VARIABLES } from './admission-variables.ts';

/** A condition on requests, or what is wrong with it, in upstream's words. */
export function compileCondition(expression: string): { readonly program: CelProgram } | { readonly problem: string } {
  const compiled = compileCel(expression, { variables: ADMISSION_VARIABLES });
  if (!compiled.ok) return { problem: `compilation failed: ${compiled.message}` };
  const type = printType(compiled.program.type);
  return type === 'bool' ? { program: compiled.program } : { problem: `must evaluate to bool but got ${type}` };
}
