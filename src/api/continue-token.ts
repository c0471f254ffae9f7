import { isRecord } from '../base/is-record.ts';
import { jsonOf } from '../base/json-of.ts';
import { jsonKind } from '../base/json-kind.ts';
import { jsonSyntaxProblem } from './codec/json-syntax-problem.ts';
import { badRequestError, type StatusError } from './status-error.ts';

/** Where the next page of a list begins; apiserver's pkg/storage/continue.go. */
export interface ContinueToken {
  /** -1: at whatever is the latest then. */
  readonly revision: number;
  /** Storage key of the last object given, relative to the list's prefix. */
  readonly after: string;
}

const API_VERSION = 'meta.k8s.io/v1';
const NOT_VALID = 'invalid continue token: continue key is not valid';

export function encodeContinueToken({ revision, after }: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: API_VERSION, rv: revision, start: `${after}\0` })).toString('base64url');
}

/** Throws `StatusError` BadRequest for anything that is no token of ours. */
export function decodeContinueToken(text: string): ContinueToken {
  const { v, rv, start } = parsed(text);
  if (v !== API_VERSION) {
    throw badRequestError(
      `${NOT_VALID}: server does not recognize this encoded version ${typeof v === 'string' ? v : ''}`,
    );
  }
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv) || rv === 0 || rv < -1) {
    throw badRequestError(`${NOT_VALID}: incorrect encoded start resourceVersion (version meta.k8s.io/v1)`);
  }
  if (start === undefined || start === '') {
    throw badRequestError(`${NOT_VALID}: encoded start key empty (version meta.k8s.io/v1)`);
  }
  if (typeof start !== 'string' || start.length < 2 || !start.endsWith('\0') || !isPlainPath(start.slice(0, -1))) {
    throw notValid(typeof start === 'string' ? start : JSON.stringify(start));
  }
  return { revision: rv, after: start.slice(0, -1) };
}

/** A token that is a path out of its prefix would read other kinds. */
const isPlainPath = (path: string): boolean =>
  !path.startsWith('/') && path.split('/').every(part => part !== '' && part !== '.' && part !== '..');

function parsed(text: string): Readonly<Record<string, unknown>> {
  const bytes = Buffer.from(text, 'base64url');
  const wrongAt = /[^\w-]/.exec(text)?.index ?? (text.length % 4 === 1 ? text.length - 1 : undefined);
  if (wrongAt !== undefined) throw notValid(`illegal base64 data at input byte ${wrongAt}`);
  const value = jsonOf(bytes.toString());
  // Go tells of each byte as if it were a character.
  if (value === undefined) throw notValid(jsonSyntaxProblem(bytes.toString('latin1')));
  if (isRecord(value)) return value;
  if (value === null) return {};
  throw notValid(`json: cannot unmarshal ${jsonKind(value)} into Go value of type storage.continueToken`);
}

const notValid = (detail: string): StatusError => badRequestError(`${NOT_VALID}: ${detail}`);
