import type { Taint } from './node-spec.ts';
import type { Toleration } from './toleration.ts';

/** Whether a toleration covers a taint; an absent key, value or effect covers any. */
export function tolerates(toleration: Toleration, taint: Pick<Taint, 'key' | 'value' | 'effect'>): boolean {
  const { key = '', operator = 'Equal', value = '', effect } = toleration;
  if (effect !== undefined && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  const tainted = taint.value ?? '';
  switch (operator) {
    case 'Exists':
      return true;
    case 'Equal':
      return value === tainted;
    case 'Lt':
    case 'Gt':
      return isInteger(value) && isInteger(tainted) && (operator === 'Lt' ? +tainted < +value : +tainted > +value);
  }
}

const isInteger = (text: string): boolean => /^-?(0|[1-9]\d{0,14})$/.test(text);

export const findUntolerated = (
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  effects: readonly Taint['effect'][],
): Taint | undefined =>
  taints.find(taint => effects.includes(taint.effect) && !tolerations.some(toleration => tolerates(toleration, taint)));
