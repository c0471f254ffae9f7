import type { Native } from '../../native/index.ts';
import type { World } from '../../src/base/world.ts';
import { findShim } from './find-shim.ts';
import { LIMITS } from './limits.ts';

/** Ends the shim that listens in a sandbox's directory, and with it its pod. Nothing to do where none does. */
export async function killShim(
  { native, world }: { readonly native: Native; readonly world: World },
  directory: string,
): Promise<void> {
  const shim = findShim(native, directory);
  if (shim === null) return;
  native.closeFd(shim.socket);
  const died = new Promise<void>(resolve => native.watchPidfd(shim.pidfd, resolve));
  native.signalPidfd(shim.pidfd, 9);
  await Promise.race([died, world.timers.sleep(LIMITS.killMs)]);
}
