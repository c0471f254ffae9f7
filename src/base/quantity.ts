import { CodedError } from './coded-error.ts';

/**
 * Amounts as Kubernetes writes them: `100m`, `1.5`, `2Gi`, `12e6` (apimachinery pkg/api/resource).
 * Held exactly, in billionths, so that sums never drift.
 */
export interface Quantity {
  /** The amount times 10^9. */
  readonly nano: bigint;
  readonly format: QuantityFormat;
}
export type QuantityFormat = 'DecimalSI' | 'DecimalExponent' | 'BinarySI';

export const QUANTITY_PATTERN_MESSAGE =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

export class QuantityError extends CodedError<'FormatWrong' | 'SuffixUnknown'> {
  constructor(code: QuantityError['code']) {
    super(code, code === 'FormatWrong' ? QUANTITY_PATTERN_MESSAGE : "unable to parse quantity's suffix");
  }
}

/** Longer texts and larger exponents cost time without meaning anything. */
const MAX_LENGTH = 64;
const MAX_EXPONENT = 30;

const NANO = 1_000_000_000n;
const MAX_INT64 = 9_223_372_036_854_775_807n;
const DECIMAL_SUFFIXES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'] as const;
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;
/** Most amounts are whole numbers, quickly read. */
const PLAIN = /^\d+$/;
const SHAPE = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/;

/** Few texts say most amounts: each is read once. Longer ones might be slices that hold on to a whole body. */
const known = new Map<string, Quantity>();
const MAX_KNOWN = 4096;
const MAX_KNOWN_LENGTH = 12;

/** Rejects with a `QuantityError`. What is finer than a billionth is rounded away from zero. */
export function parseQuantity(text: string): Quantity {
  if (text.length > MAX_KNOWN_LENGTH) return readNew(text);
  let quantity = known.get(text);
  if (quantity === undefined) {
    quantity = Object.freeze(readNew(text));
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(text, quantity);
  }
  return quantity;
}

function readNew(text: string): Quantity {
  if (text.length < 10 && PLAIN.test(text)) return { nano: BigInt(text) * NANO, format: 'DecimalSI' };
  const shape = text === '' || text.length > MAX_LENGTH ? null : SHAPE.exec(text);
  if (shape === null) throw new QuantityError('FormatWrong');
  const [, sign, whole = '', fraction = '', suffix = ''] = shape;
  const unit = unitOf(suffix);
  if (unit === undefined || (whole === '' && fraction === '' && suffix !== ''))
    throw new QuantityError(unit === undefined ? 'SuffixUnknown' : 'FormatWrong');
  const digits = BigInt(`0${whole}${fraction}`);
  const exponent = unit.exponent10 - fraction.length + 9;
  const scaled = digits * unit.factor;
  const nano = exponent >= 0 ? scaled * 10n ** BigInt(exponent) : divideUp(scaled, 10n ** BigInt(-exponent));
  const capped = unit.format === 'BinarySI' && nano > MAX_INT64 * NANO ? MAX_INT64 * NANO : nano;
  return { nano: sign === '-' ? -capped : capped, format: unit.format };
}

interface Unit {
  readonly format: QuantityFormat;
  readonly factor: bigint;
  readonly exponent10: number;
}

function unitOf(suffix: string): Unit | undefined {
  const decimal = DECIMAL_SUFFIXES.indexOf(suffix as (typeof DECIMAL_SUFFIXES)[number]);
  if (decimal >= 0) return { format: 'DecimalSI', factor: 1n, exponent10: (decimal - 3) * 3 };
  const binary = BINARY_SUFFIXES.indexOf(suffix as (typeof BINARY_SUFFIXES)[number]);
  if (binary >= 0) return { format: 'BinarySI', factor: 1024n ** BigInt(binary), exponent10: 0 };
  const exponent = /^[eE]([-+]?\d+)$/.exec(suffix);
  if (exponent === null || Math.abs(Number(exponent[1])) > MAX_EXPONENT) return undefined;
  return { format: 'DecimalExponent', factor: 1n, exponent10: Number(exponent[1]) };
}

/** The canonical text: the largest unit that leaves a whole number. */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return '0';
  const small = nano > -1024n * NANO && nano < 1024n * NANO;
  return format === 'BinarySI' && !small && nano % NANO === 0n ? binaryText(nano / NANO) : decimalText(nano, format);
}

function binaryText(value: bigint): string {
  let power = 0;
  let rest = value;
  while (rest % 1024n === 0n && power < BINARY_SUFFIXES.length - 1) {
    rest /= 1024n;
    power += 1;
  }
  return `${rest}${BINARY_SUFFIXES[power]}`;
}

function decimalText(nano: bigint, format: QuantityFormat): string {
  let power = 0;
  let rest = nano;
  const highest = format === 'DecimalExponent' ? MAX_EXPONENT : DECIMAL_SUFFIXES.length - 1;
  while (rest % 1000n === 0n && power < highest) {
    rest /= 1000n;
    power += 1;
  }
  if (format !== 'DecimalExponent') return `${rest}${DECIMAL_SUFFIXES[power]}`;
  const exponent = power * 3 - 9;
  return exponent === 0 ? `${rest}` : `${rest}e${exponent}`;
}

/** `undefined` for what is no quantity, for those who leave refusing it to others. */
export function readQuantity(text: unknown): Quantity | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    return parseQuantity(text);
  } catch (error) {
    if (error instanceof QuantityError) return undefined;
    throw error;
  }
}

/** `text` in canonical form. */
export const canonicalQuantity = (text: string): string => formatQuantity(parseQuantity(text));

export const addQuantities = (a: Quantity, b: Quantity): Quantity => ({
  nano: a.nano + b.nano,
  format: a.nano === 0n ? b.format : a.format,
});
export const subtractQuantities = (a: Quantity, b: Quantity): Quantity => addQuantities(a, { ...b, nano: -b.nano });
export const compareQuantities = (a: Quantity, b: Quantity): -1 | 0 | 1 =>
  a.nano < b.nano ? -1 : a.nano > b.nano ? 1 : 0;

/** Whole units, rounded up: bytes of memory. */
export const wholeUnits = ({ nano }: Quantity): number => Number(divideUp(nano, NANO));
/** Thousandths, rounded up: millicores of CPU. */
export const milliUnits = ({ nano }: Quantity): number => Number(divideUp(nano, 1_000_000n));

/** Away from zero for positive amounts, towards it for negative ones, as `math.Ceil`. */
function divideUp(amount: bigint, divisor: bigint): bigint {
  const quotient = amount / divisor;
  return amount > 0n && amount % divisor !== 0n ? quotient + 1n : quotient;
}
