import { dirname } from 'node:path';
import { unlessOver } from '../base/unless-over.ts';
import type { World } from '../base/world.ts';
import type { Logger } from '../kernel/logger.ts';

/** What is written in several pieces is read once. */
const SETTLE_MS = 200;

export interface FollowedFile {
  readonly world: Pick<World, 'files' | 'timers'>;
  readonly path: string;
  /** What it held when it was last read. */
  readonly content: string;
  /** Told what it holds now, each time that is something else; not again before it has resolved. */
  readonly changed: (content: string) => Promise<void> | void;
  /** It cannot be read, which may pass. */
  readonly unreadable: (error: unknown) => void;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/**
 * Follows a file until `signal`, by its folder: it may be written in place, renamed over, or a link that leads elsewhere
 * from now on, as files of ConfigMaps are. Nothing is done while nothing changes there.
 */
export function followFile(followed: FollowedFile): void {
  const { path, log, signal } = followed;
  follow(followed).catch(unlessOver(signal, error => log.error('changes of a file are not seen', { path, error })));
}

async function follow({ world, path, content, changed, unreadable, signal }: FollowedFile): Promise<void> {
  let last = content;
  const look = async (): Promise<void> => {
    let now: string;
    try {
      now = await world.files.readFile(path, 'utf8');
    } catch (error) {
      return unreadable(error);
    }
    if (now === last || signal.aborted) return;
    last = now;
    await changed(now);
  };
  const changes = world.files.watch(dirname(path), { signal, persistent: false })[Symbol.asyncIterator]();
  // It watches from the first question on; what changed since the file was read is seen by the first look.
  for (;;) {
    const next = changes.next();
    // It may fail while the file is read, before anybody waits for it.
    next.catch(() => undefined);
    await look();
    if ((await next).done === true) return;
    await world.timers.sleep(SETTLE_MS, signal);
  }
}
