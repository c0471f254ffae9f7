import {
  QuantityError,
  addQuantities,
  compareQuantities,
  parseQuantity,
  readQuantity,
  subtractQuantities,
  type Quantity,
} from '../../base/quantity.ts';
import { func, member, plain, type CelFunction } from '../cel-function.ts';
import { BOOL, DOUBLE, INT, STRING, struct } from '../cel-type.ts';
import { CelError, CelOpaque, type CelResult } from '../cel-value.ts';
import { isInt } from '../literal.ts';

export const QUANTITY = struct<CelQuantity>('kubernetes.Quantity');

class CelQuantity extends CelOpaque {
  readonly type = QUANTITY;
  readonly amount: Quantity;

  constructor(amount: Quantity) {
    super();
    this.amount = amount;
  }

  equals(other: CelOpaque): boolean {
    return other instanceof CelQuantity && this.amount.nano === other.amount.nano;
  }
}

const NANO = 1_000_000_000n;

export function quantity(text: string): CelResult {
  try {
    return new CelQuantity(parseQuantity(text));
  } catch (error) {
    if (error instanceof QuantityError) return new CelError(error.message);
    throw error;
  }
}

function wholeOf({ amount: { nano } }: CelQuantity): bigint | undefined {
  return nano % NANO === 0n && isInt(nano / NANO) ? nano / NANO : undefined;
}

const whole = (value: bigint): Quantity => ({ nano: value * NANO, format: 'DecimalExponent' });

const with2 = (name: string, id: string, join: (a: Quantity, b: Quantity) => Quantity): CelFunction =>
  func(
    name,
    member(id, [QUANTITY, QUANTITY], QUANTITY, ([a, b]) => new CelQuantity(join(a.amount, b.amount))),
    member(`${id}_int`, [QUANTITY, INT], QUANTITY, ([a, b]) => new CelQuantity(join(a.amount, whole(b)))),
  );

export const QUANTITY_FUNCTIONS: readonly CelFunction[] = [
  func(
    'quantity',
    plain('string_to_quantity', [STRING], QUANTITY, ([text]) => quantity(text)),
  ),
  func(
    'isQuantity',
    plain('is_quantity_string', [STRING], BOOL, ([text]) => readQuantity(text) !== undefined),
  ),
  func(
    'sign',
    plain('quantity_sign', [QUANTITY], INT, ([{ amount }]) => (amount.nano < 0n ? -1n : amount.nano > 0n ? 1n : 0n)),
  ),
  func(
    'isGreaterThan',
    member(
      'quantity_is_greater_than',
      [QUANTITY, QUANTITY],
      BOOL,
      ([a, b]) => compareQuantities(a.amount, b.amount) > 0,
    ),
  ),
  func(
    'isLessThan',
    member('quantity_is_less_than', [QUANTITY, QUANTITY], BOOL, ([a, b]) => compareQuantities(a.amount, b.amount) < 0),
  ),
  func(
    'compareTo',
    member('quantity_compare_to', [QUANTITY, QUANTITY], INT, ([a, b]) => BigInt(compareQuantities(a.amount, b.amount))),
  ),
  func(
    'asApproximateFloat',
    member('quantity_get_float', [QUANTITY], DOUBLE, ([{ amount }]) => Number(amount.nano) / Number(NANO)),
  ),
  func(
    'asInteger',
    member(
      'quantity_get_int',
      [QUANTITY],
      INT,
      ([of]) => wholeOf(of) ?? new CelError('cannot convert value to integer'),
    ),
  ),
  func(
    'isInteger',
    member('quantity_is_integer', [QUANTITY], BOOL, ([of]) => wholeOf(of) !== undefined),
  ),
  with2('add', 'quantity_add', addQuantities),
  with2('sub', 'quantity_sub', subtractQuantities),
];
