import { badRequestError } from '../status-error.ts';
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
 * members. Throws `SyntaxError` for what is no JSON, `StatusError` BadRequest for what exceeds a limit.
 */
export function readJson(bytes: Uint8Array): ReadJson {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const { duplicates, hasBigInteger, hasSurrogateEscape } = scanned(text);
  const value: unknown = hasBigInteger || hasSurrogateEscape ? JSON.parse(text, revive) : JSON.parse(text);
  return { value, complaints: duplicates.map(path => `duplicate field ${JSON.stringify(path)}`) };
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
}

const { rawJSON } = JSON as unknown as WithRawJson;

function revive(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  const source = context?.source;
  if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value;
  return /^-?\d+$/.test(source) ? rawJSON(source) : value;
}
