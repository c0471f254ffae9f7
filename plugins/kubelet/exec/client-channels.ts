import type { ExecSession } from '../../runtime/contract.ts';
import type { ExecOutcome } from './exec-outcome.ts';

/** A client's end of a session, over whatever it is connected. */
export interface ClientChannels {
  readonly isOpen: boolean;
  /** Resolves when the client is gone, or was let go. */
  readonly closed: Promise<void>;
  /** Resolves when little enough waits to be sent; at once where nobody listens any more. */
  send(output: 'stdout' | 'stderr', payload: Uint8Array): Promise<void>;
  /** Tells that there is no more of it, where the protocol can. */
  end(output: 'stdout' | 'stderr'): void;
  /** From now on what the client sends comes to the session, no faster than it is taken. Before, it is held back. */
  receive(session: ExecSession): void;
  /** Lets the client go once what waits for it has not moved for `DEAF_CLIENT_MS`; until disposed of. */
  leaveDeaf(): Disposable;
  /** Tells how it ended, behind all output, and lets the client go. */
  finish(outcome: ExecOutcome): Promise<void>;
}
