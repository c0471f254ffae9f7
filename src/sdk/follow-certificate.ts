import type { World } from '../base/world.ts';
import type { Logger } from '../kernel/logger.ts';

/** Often beside the months that are left, and not once for all: the wall clock may be set meanwhile. */
const LOOK_MS = 12 * 3_600_000;

/**
 * Asks `issue` now and then until `signal`, and calls `use` whenever it gives another than `current` or the last one:
 * long before that expires. What fails is logged and tried again.
 */
export function followCertificate<Keys extends { readonly certificate: string }>(
  { timers }: Pick<World, 'timers'>,
  log: Logger,
  current: Keys,
  issue: () => Promise<Keys>,
  use: (renewed: Keys) => Promise<void> | void,
  signal: AbortSignal,
): void {
  let { certificate } = current;
  let next: Disposable;
  const look = async (): Promise<void> => {
    try {
      const found = await issue();
      if (found.certificate !== certificate && !signal.aborted) {
        await use(found);
        ({ certificate } = found);
      }
    } catch (error) {
      log.warn('a certificate was not renewed', { error });
    }
    wait();
  };
  const wait = (): void => {
    if (!signal.aborted) next = timers.after(LOOK_MS, () => void look());
  };
  wait();
  signal.addEventListener('abort', () => next[Symbol.dispose](), { once: true });
}
