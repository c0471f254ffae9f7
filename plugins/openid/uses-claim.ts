import { OPERATORS, partsOf, type Expr } from '../../src/cel/expr.ts';

/** Whether an expression selects a claim by its name, as a member or as one that need not be there. */
export function usesClaim(expr: Expr, claim: string): boolean {
  return selects(expr, claim) || partsOf(expr).some(part => usesClaim(part, claim));
}

function selects(expr: Expr, claim: string): boolean {
  if (expr.kind === 'select') return isClaims(expr.operand) && expr.field === claim;
  if (expr.kind !== 'call' || expr.name !== OPERATORS.optionalSelect) return false;
  const [operand, field] = expr.args;
  return isClaims(operand) && field?.kind === 'literal' && field.value === claim;
}

const isClaims = (expr: Expr | undefined): boolean => expr?.kind === 'ident' && expr.name === 'claims';
