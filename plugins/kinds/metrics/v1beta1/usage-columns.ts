import { text } from '../../../../src/api/columns.ts';
import type { Column } from '../../../../src/api/resource.ts';
import { addQuantities, formatQuantity, readQuantity, type Quantity } from '../../../../src/base/quantity.ts';

type Usage = Readonly<Record<string, string>>;

/** What was used, all parts together, and over what time. */
export const usageColumns = <O extends { readonly window?: string }>(
  usagesOf: (object: O) => readonly Usage[],
): readonly Column<O>[] => {
  const total = (object: O, name: string): string => {
    const amounts = usagesOf(object).flatMap(usage => readQuantity(usage[name] ?? '') ?? []);
    return formatQuantity(amounts.reduce(addQuantities, ZERO[name] ?? CPU));
  };
  return [
    text('cpu', 'Processors used.', (object: O) => total(object, 'cpu')),
    text('memory', 'Memory used.', (object: O) => total(object, 'memory')),
    text('Window', 'How long it was measured.', (object: O) => object.window ?? ''),
  ];
};

const CPU: Quantity = { nano: 0n, format: 'DecimalSI' };
const ZERO: Readonly<Record<string, Quantity>> = { cpu: CPU, memory: { nano: 0n, format: 'BinarySI' } };
