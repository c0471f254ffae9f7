import type { Steps } from '../../base/steps.ts';
import { WideInteger } from '../../base/wide-integer.ts';
import { jsonSyntaxProblem } from './json-syntax-problem.ts';
import { badRequestError, tooManyValues } from '../status-error.ts';
import { MAX_JSON_WEIGHT } from '../../base/json-weight.ts';
import { JsonLimitError, MAX_JSON_DEPTH, JsonScan, type WrittenFloat } from '../../base/scan-json.ts';

/** A parsed body and what strict reading complains about. */
export interface ReadJson {
  readonly value: unknown;
  /** `duplicate field "spec.x"`. */
  readonly complaints: readonly string[];
  readonly floats?: readonly WrittenFloat[];
  /** The same as strict reading tells them, where that is worded otherwise. */
  readonly strict?: readonly string[];
}

/**
 * Reads JSON that comes from outside. Bytes that are no UTF-8 and halves of surrogate pairs become U+FFFD as
 * in Go, integers beyond 2^53 are kept digit by digit (`WideInteger`), members called `__proto__` are
 * members. Throws `SyntaxError`, worded as Go's, for what is no JSON, `StatusError` BadRequest for what exceeds a limit.
 */
export function readJson(bytes: Uint8Array, maxWeight = MAX_JSON_WEIGHT): ReadJson {
  const scan = scanOf(bytes, maxWeight);
  readOn(scan, bytes.length);
  return parseScanned(bytes, scan);
}

/** The same in steps. */
export async function readJsonBy(steps: Steps, bytes: Uint8Array, maxWeight = MAX_JSON_WEIGHT): Promise<ReadJson> {
  const scan = await steps.run(() => scanOf(bytes, maxWeight));
  while (!scan.isAtEnd) await steps.run(() => readOn(scan, SCANNED_AT_ONCE));
  return steps.run(() => parseScanned(bytes, scan));
}

/** Bytes scanned before others get their turn. */
const SCANNED_AT_ONCE = 64 * 1024;

function scanOf(bytes: Uint8Array, weight: number): JsonScan {
  return new JsonScan(bufferOf(bytes), { depth: MAX_JSON_DEPTH, weight });
}

const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

function parseScanned(
  bytes: Uint8Array,
  { duplicates, floats, hasBigInteger, hasSurrogateEscape, weight }: JsonScan,
): ReadJson {
  const isPlain = !hasBigInteger && !hasSurrogateEscape;
  if (!isPlain && weight > MAX_REVIVED_WEIGHT) throw tooManyValues();
  const value = parsed(bufferOf(bytes).toString('utf8'), isPlain);
  return {
    value,
    ...(floats.length === 0 ? {} : { floats }),
    complaints: duplicates.map(path => `duplicate field ${JSON.stringify(path)}`),
  };
}

function readOn(scan: JsonScan, count: number): void {
  try {
    scan.read(count);
  } catch (error) {
    if (!(error instanceof JsonLimitError)) throw error;
    if (error.code !== 'TooMany') throw badRequestError(`json: ${error.message}`);
    throw tooManyValues();
  }
}

function parsed(text: string, isPlain: boolean): unknown {
  try {
    return isPlain ? JSON.parse(text) : JSON.parse(text, revive);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(jsonSyntaxProblem(text), { cause: error });
  }
}

/** Looking at each value takes four times as long. */
const MAX_REVIVED_WEIGHT = MAX_JSON_WEIGHT / 4;

/** Stored JSON, which has been read before: only integers beyond 2^53 need care. */
export function parseStored(text: string): unknown {
  return LONG_DIGITS.test(text) ? JSON.parse(text, revive) : JSON.parse(text);
}

/** The same for who knows nothing of `WideInteger`. */
export const parseToPrint = (text: string): unknown =>
  JSON.parse(text, (key, value: unknown, context?: { readonly source?: string }) => {
    const revived = revive(key, value, context);
    return revived instanceof WideInteger ? BigInt(revived.digits) : revived;
  });
const LONG_DIGITS = /\d{16}/;

/** An integer beyond 2^53; `int64` and what is larger. */
const isExact = (source: string): boolean => /^-?\d+$/.test(source);

function revive(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  const source = context?.source;
  if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value;
  return isExact(source) ? new WideInteger(source) : value;
}
