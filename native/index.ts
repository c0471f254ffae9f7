import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { FilesNative } from './files.ts';
import type { ImageNative } from './image.ts';
import type { KubeletNative } from './kubelet.ts';
import type { MemoryNative } from './memory.ts';
import type { NetworkNative } from './network.ts';
import type { RuntimeNative } from './runtime.ts';
import type { WatchdogNative } from './watchdog.ts';

/**
 * The addon as TypeScript sees it: the only file that loads it. Options cross as `null`, never
 * `undefined`, so that a name spelt differently on the two sides fails at once.
 */
export type Native = RuntimeNative &
  NetworkNative &
  ImageNative &
  KubeletNative &
  FilesNative &
  MemoryNative &
  WatchdogNative;

let loaded: Native | undefined;

/** Loads the addon at its first use, so that commands which never touch the kernel start without it. */
export function native(): Native {
  loaded ??= createRequire(import.meta.url)(
    fileURLToPath(new URL('../build/Release/tiphys.node', import.meta.url)),
  ) as Native;
  return loaded;
}
