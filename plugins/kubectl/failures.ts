import { messageOf } from '../../src/base/message-of.ts';
import { fieldsAt, listAt, textAt, type Fields } from './dig.ts';

/** An end with words of this program's own; printed after `error: `. */
export class Failure extends Error {
  readonly code = 'KubectlFailure';
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** An end that has said already what there was to say. */
export class SilentFailure extends Error {
  readonly code = 'KubectlSilentFailure';
  readonly exitCode: number;

  constructor(exitCode = 1) {
    super('');
    this.exitCode = exitCode;
  }
}

/** Printed as it is, without `error: `. */
export class BareFailure extends Error {
  readonly code = 'KubectlBareFailure';
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** What a server answered in place of what was asked of it: a `Status`. */
export class StatusFailure extends Error {
  readonly code = 'KubectlStatusFailure';
  readonly status: Fields;

  constructor(status: Fields) {
    super(textAt(status, 'message'));
    this.status = status;
  }

  get reason(): string {
    return textAt(this.status, 'reason');
  }
}

/** A server that could not be spoken to. */
export class ConnectionFailure extends Error {
  readonly code = 'KubectlConnectionFailure';
}

/** Several at once; each is told. */
export class ManyFailures extends Error {
  readonly code = 'KubectlManyFailures';
  readonly failures: readonly unknown[];

  constructor(failures: readonly unknown[]) {
    super(failures.map(messageOf).join(', '));
    this.failures = failures;
  }
}

/** Throws what came together; nothing where there is nothing. */
export function throwAll(failures: readonly unknown[]): void {
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new ManyFailures(failures);
}

export const isReason = (error: unknown, reason: string): error is StatusFailure =>
  error instanceof StatusFailure && error.reason === reason;

/** The same failure, saying what was under way with which file. */
export function whileDoing(verb: string, source: string, error: unknown): unknown {
  if (source === '') return error;
  const message = `error when ${verb} ${JSON.stringify(source)}: ${messageOf(error)}`;
  if (error instanceof StatusFailure) return new StatusFailure({ ...error.status, message });
  return new Failure(message);
}

/** What is printed to stderr about a failure, and the exit code: k8s.io/kubectl/pkg/cmd/util.CheckErr. */
export function failureText(error: unknown): { readonly text: string; readonly exitCode: number } {
  if (error instanceof SilentFailure) return { text: '', exitCode: error.exitCode };
  if (error instanceof BareFailure) return { text: line(error.message), exitCode: error.exitCode };
  if (isReason(error, 'Invalid')) return { text: line(invalidText(error)), exitCode: 1 };
  if (error instanceof ManyFailures) {
    return { text: error.failures.map(each => line(standardText(each) ?? messageOf(each))).join(''), exitCode: 1 };
  }
  const standard = standardText(error);
  if (standard !== undefined) return { text: line(standard), exitCode: 1 };
  const message = messageOf(error);
  const text = message.startsWith('error: ') ? message : `error: ${message}`;
  return { text: line(text), exitCode: error instanceof Failure ? error.exitCode : 1 };
}

const line = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

/** What both a single failure and one of several are told by, where they are a server's. */
export function standardText(error: unknown): string | undefined {
  if (error instanceof ConnectionFailure) return error.message;
  if (!(error instanceof StatusFailure)) return undefined;
  if (error.reason === 'Unauthorized') return `error: You must be logged in to the server (${error.message})`;
  if (error.reason !== '') return `Error from server (${error.reason}): ${error.message}`;
  return `Error from server: ${error.message}`;
}

function invalidText({ status, message }: StatusFailure): string {
  const details = fieldsAt(status, 'details');
  const causes = listAt(details, 'causes').map(cause => `${textAt(cause, 'field')}: ${textAt(cause, 'message')}`);
  const [kind, name] = [textAt(details, 'kind'), textAt(details, 'name')];
  let text = 'The request is invalid';
  if (kind !== '' || name !== '') text = `The ${kind} ${JSON.stringify(name)} is invalid`;
  else if (message !== '' && causes.length === 0) text += `: ${message}`;
  const [first] = causes;
  if (first === undefined) return text;
  return causes.length === 1 ? `${text}: ${first}` : `${text}: \n${causes.map(each => `* ${each}\n`).join('')}`;
}
