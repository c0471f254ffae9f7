import { badRequestError } from '../status-error.ts';
import { jsonSyntaxProblem } from './json-syntax-problem.ts';
import { JsonLimitError, scanJson } from './scan-json.ts';

/** A parsed body and what strict reading complains about. */
export interface ReadJson {
  readonly value: unknown;
  /** `duplicate field "spec.x"`. */
  readonly complaints: readonly string[];
}

/**
 * Below upstream's 10,000: walkers over what was read are recursive, and `JSON.stringify` gives up between
 * three and five thousand.
 */
export const MAX_JSON_DEPTH = 1000;

/**
 * Reads JSON that comes from outside. Bytes that are no UTF-8 and halves of surrogate pairs become U+FFFD as
 * in Go, integers beyond 2^53 are kept digit by digit (`JSON.rawJSON`), members called `__proto__` are
 * members. Throws `SyntaxError` in Go's words for what is no JSON, `StatusError` BadRequest for what exceeds a limit.
 */
export function readJson(bytes: Uint8Array): ReadJson {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const { duplicates, hasBigInteger, hasSurrogateEscape } = scanned(text);
  const value = parsed(text, hasBigInteger || hasSurrogateEscape);
  return { value, complaints: duplicates.map(path => `duplicate field ${JSON.stringify(path)}`) };
}

function parsed(text: string, needsRevival: boolean): unknown {
  try {
    return needsRevival ? JSON.parse(text, revive) : JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new SyntaxError(jsonSyntaxProblem(text), { cause: error });
    throw error;
  }
}

function scanned(text: string): ReturnType<typeof scanJson> {
  try {
    return scanJson(text, MAX_JSON_DEPTH);
  } catch (error) {
    if (error instanceof JsonLimitError) throw badRequestError(`json: ${error.message}`);
    throw error;
  }
}

/** https://tc39.es/proposal-json-parse-with-source/, not yet in TypeScript's library. */
interface WithRawJson {
  readonly rawJSON: (text: string) => object;
  readonly isRawJSON: (value: unknown) => boolean;
}

const { rawJSON, isRawJSON } = JSON as unknown as WithRawJson;

/** Whether a value is an integer kept digit by digit, and no object though it looks like one. */
export const isRawJson = isRawJSON;

function revive(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  const source = context?.source;
  if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value;
  return /^-?\d+$/.test(source) ? rawJSON(source) : value;
}
