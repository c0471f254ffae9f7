import { messageOf } from '../../../src/base/message-of.ts';
import { StatusError } from '../../../src/api/status-error.ts';

/** What the error channel says at the end: a `metav1.Status`. */
export interface ExecOutcome {
  readonly metadata: Readonly<Record<string, never>>;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly causes: readonly { readonly reason: string; readonly message: string }[] };
  readonly code?: number;
}

export function exitOutcome(exitCode: number): ExecOutcome {
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: command terminated with exit code ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}

export const failedOutcome = (error: unknown): ExecOutcome => {
  const reason = messageOf(error);
  const message = error instanceof StatusError ? reason : `error executing command in container: ${reason}`;
  return {
    metadata: {},
    status: 'Failure',
    message: `Internal error occurred: ${message}`,
    reason: 'InternalError',
    details: { causes: [{ reason: '', message }] },
    code: 500,
  };
};
