import type { Duplex } from 'node:stream';
import type { Timers } from '../../src/base/world.ts';
import { LAST_BYTES_MS } from './limits.ts';

/** Two ends of one conversation: bytes both ways until either leaves. Resolves once both are gone. */
export async function joinStreams(timers: Timers, a: Duplex, b: Duplex, signal: AbortSignal): Promise<void> {
  const cut = (): void => {
    a.destroy();
    b.destroy();
  };
  signal.addEventListener('abort', cut, { once: true });
  if (signal.aborted) cut();
  const gone = [leave(timers, a, b), leave(timers, b, a)];
  a.pipe(b);
  b.pipe(a);
  await Promise.all(gone);
  signal.removeEventListener('abort', cut);
}

/** When `from` is gone, `to` is given what there is still for it, and goes as well. */
function leave(timers: Timers, from: Duplex, to: Duplex): Promise<void> {
  return new Promise(resolve => {
    // Told by its closing.
    from.on('error', () => undefined);
    const gone = (): void => {
      resolve();
      if (to.destroyed) return;
      const patience = timers.after(LAST_BYTES_MS, () => void to.destroy());
      to.once('close', () => patience[Symbol.dispose]());
      to.end(() => void to.destroy());
    };
    if (from.destroyed) gone();
    else from.once('close', gone);
  });
}
