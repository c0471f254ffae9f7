import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { ClusterCa, KeyPair } from './contract.ts';

/** Often beside the 90 days that are left, and not once for all: the wall clock may be set meanwhile. */
const LOOK_MS = 12 * 3_600_000;

export function followCertificate({ timers }: Pick<World, 'timers'>, log: Logger): ClusterCa['follow'] {
  return (current, issue, use, signal) => {
    let { certificate } = current;
    let next: Disposable;
    const look = async (): Promise<void> => {
      try {
        const found: KeyPair = await issue();
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
  };
}
