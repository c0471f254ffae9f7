import { Failure } from '../failures.ts';

/** `a=b,c` as a LabelSelector. */
export function selectorObject(text: string): Readonly<Record<string, unknown>> {
  const labels: Record<string, string> = {};
  const expressions: unknown[] = [];
  for (const part of text.match(/(?:\([^)]*\)|[^,])+/g) ?? []) {
    const equal = /^\s*([^=!\s]+)\s*==?\s*(\S*)\s*$/.exec(part);
    const unequal = /^\s*([^=!\s]+)\s*!=\s*(\S*)\s*$/.exec(part);
    const set = /^\s*(\S+)\s+(in|notin)\s+\(([^)]*)\)\s*$/.exec(part);
    const exists = /^\s*(!?)([\w./-]+)\s*$/.exec(part);
    if (equal !== null) labels[equal[1] ?? ''] = equal[2] ?? '';
    else if (unequal !== null) expressions.push({ key: unequal[1], operator: 'NotIn', values: [unequal[2]] });
    else if (set !== null) {
      const values = (set[3] ?? '').split(',').map(value => value.trim());
      expressions.push({ key: set[1], operator: set[2] === 'in' ? 'In' : 'NotIn', values });
    } else if (exists !== null)
      expressions.push({ key: exists[2], operator: exists[1] === '!' ? 'DoesNotExist' : 'Exists' });
    else throw new Failure(`couldn't parse the selector string ${JSON.stringify(text)}`);
  }
  return {
    ...(expressions.length > 0 ? { matchExpressions: expressions } : {}),
    ...(Object.keys(labels).length > 0 ? { matchLabels: labels } : {}),
  };
}
