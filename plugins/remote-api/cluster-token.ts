import { JoinError } from './join-error.ts';

/** What lets a machine join: whom it may believe, and what it says to be believed itself. */
export interface ClusterToken {
  /** SHA-256 of what `/cacerts` answers, hex. */
  readonly caHash: string;
  /** `<id>.<secret>` of a bootstrap token. */
  readonly bearer: string;
}

const TOKEN = /^K10([0-9a-f]{64})::([a-z0-9]{6}\.[a-z0-9]{16})$/;

/** Throws `JoinError` BadToken; its text holds nothing of the token, which is a secret. */
export function parseClusterToken(text: string): ClusterToken {
  const [, caHash, bearer] = TOKEN.exec(text.trim()) ?? [];
  if (caHash !== undefined && bearer !== undefined) return { caHash, bearer };
  const shape = 'K10<hash of the CA>::<id>.<secret>, as in <data-dir>/server/node-token of the server';
  throw new JoinError('BadToken', `the token is not of the form ${shape}`);
}
