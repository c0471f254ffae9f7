import { join } from 'node:path';
import { native } from '../../native/index.ts';
import { readIfPresent, writeDurably } from '../base/durable-file.ts';
import { isRecord } from '../base/is-record.ts';
import { messageOf } from '../base/message-of.ts';
import type { World } from '../base/world.ts';
import type { CrashLog } from '../kernel/crash-log.ts';
import type { Logger } from '../kernel/logger.ts';

/** A server that fails sooner than this would fail again at once: it ends, and whoever started it decides. */
const MIN_UPTIME_MS = 5000;
/** The note for the next start may fail to be written; the restart must not wait for it. */
const NOTE_DEADLINE_MS = 2000;

const notePath = (dataDir: string): string => join(dataDir, 'server', 'crash-note.json');

/**
 * How the server ends when it cannot go on: it starts anew in place, as after `kill -9`, with the same pid. Containers
 * do not notice; the next start tells what happened.
 */
export function fatalCrash(
  world: World,
  log: Logger,
  dataDir: string,
): (plugin: string | undefined, error: unknown) => void {
  const beganMs = world.clock.monotonicMs();
  let isEnding = false;
  return (plugin, error) => {
    log.error('the server cannot go on', { plugin, error });
    if (isEnding) return;
    isEnding = true;
    const message = messageOf(error);
    if (world.clock.monotonicMs() - beganMs < MIN_UPTIME_MS) {
      world.processes.abort(`${plugin === undefined ? 'the server' : `plugin ${plugin}`} crashed: ${message}`);
    }
    const note = JSON.stringify({ plugin, message, atMs: world.clock.now() });
    const written = writeDurably(world.files, notePath(dataDir), note, 0o600).catch((failure: unknown) =>
      log.error('no note of the crash was left', { error: failure }),
    );
    void Promise.race([written, world.timers.sleep(NOTE_DEADLINE_MS)]).then(() => native().restartInPlace());
  };
}

/** Tells of the crash that ended the server before this one, if one did. */
export async function tellFatalCrash(world: World, dataDir: string, crashes: CrashLog): Promise<void> {
  const path = notePath(dataDir);
  const text = await readIfPresent(world.files, path);
  if (text === undefined) return;
  await world.files.rm(path);
  const note: unknown = JSON.parse(text);
  if (!isRecord(note)) return;
  crashes.tell({
    plugin: typeof note['plugin'] === 'string' ? note['plugin'] : undefined,
    atMs: Number(note['atMs']),
    kind: 'threw',
    message: String(note['message']),
    outcome: { kind: 'ServerRestarted', inMs: 0 },
  });
}
