import { createHash } from 'node:crypto';

/** A name for what is described by `content`: the same for the same, so that what is there need not be looked at. */
export const contentName = (kind: string, content: string): string =>
  `${kind}-${createHash('sha256').update(content).digest('hex').slice(0, 16)}`;
