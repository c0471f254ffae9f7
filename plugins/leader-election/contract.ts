import type { UserInfo } from '../../src/api/user-info.ts';
import { serviceRef } from '../../src/kernel/plugin.ts';

/** What one server of a cluster may do at a time. */
export interface Candidate {
  /** Of the lease in kube-system that says who does it. */
  readonly name: string;
  /** Who asks for the lease, and renews it. */
  readonly user: UserInfo;
  /** Nobody is a candidate any more. */
  readonly signal: AbortSignal;
  /** It may be another's from now on. */
  readonly lost: (error: Error) => void;
}

export interface Elections {
  /** Resolves when it is this server's; at once where there is no other. Never, where the signal aborts before. */
  won(candidate: Candidate): Promise<void>;
}
export const elections = serviceRef<Elections>('leader-election.elections');
