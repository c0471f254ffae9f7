import { createWriteStream } from 'node:fs';
import { dirname } from 'node:path';
import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { AuditCounts } from '../audit-counts.ts';
import type { AuditSettings, LogSettings, SinkSettings, WebhookSettings } from '../audit-settings.ts';
import { BufferedSink, type Batching } from './buffered-sink.ts';
import { CLOSE_MS, WEBHOOK_BATCHES } from '../limits.ts';
import type { LogOutput } from './log-output.ts';
import { LogSink } from './log-sink.ts';
import { PlainOutput } from './plain-output.ts';
import { RotatingFile } from './rotating-file.ts';
import { SettingsError } from '../settings-error.ts';
import { union, withoutOutcome, type AuditSink } from './sink.ts';
import { TokenBucket } from './token-bucket.ts';
import { TruncatingSink } from './truncating-sink.ts';
import { readWebhookConfig } from './webhook-config.ts';
import { WebhookSink } from './webhook-sink.ts';
import type { LineFile } from './write-lines.ts';

export interface SinkParts {
  readonly world: World;
  readonly log: Logger;
  readonly counts: AuditCounts;
  readonly userAgent: string;
}

/** Where the settings send events; `undefined` for nowhere. Throws `SettingsError`. */
export async function openSinks(parts: SinkParts, settings: AuditSettings): Promise<AuditSink | undefined> {
  const sinks: AuditSink[] = [];
  if (settings.log !== undefined) sinks.push(await openLog(parts, settings.log));
  if (settings.webhook !== undefined) sinks.push(await openWebhook(parts, settings.webhook));
  return sinks.length === 0 ? undefined : union(sinks);
}

async function openLog(parts: SinkParts, settings: LogSettings): Promise<AuditSink> {
  const sink = new LogSink(await openOutput(parts, settings), settings.format, parts.counts);
  // Who writes to a file gains nothing by batches; what waits is written together anyway.
  const batching = { bufferSize: settings.bufferSize, maxBatchSize: settings.bufferSize, maxWaitMs: 0, atOnce: 1 };
  return wrapped(parts, sink, settings, batching);
}

async function openOutput({ world, log }: SinkParts, settings: LogSettings): Promise<LogOutput> {
  const { path, maxMegabytes, ...limits } = settings;
  if (path === '-') return new PlainOutput(standardOutput());
  try {
    await world.files.mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await world.files.open(path, 'a', 0o600);
    if (maxMegabytes === 0) return new PlainOutput(file);
    await file.close();
  } catch (error) {
    throw new SettingsError(`ensureLogFile: ${String(error)}`);
  }
  return new RotatingFile(world, log, { ...limits, path, maxBytes: maxMegabytes * 1024 * 1024 });
}

/** In a thread, as other files: who reads may be slow. */
function standardOutput(): LineFile {
  const stream = createWriteStream('', { fd: 1, autoClose: false });
  // Told to whoever writes.
  stream.on('error', () => undefined);
  return {
    writev: parts =>
      new Promise((resolve, reject) => {
        const bytes = Buffer.concat(parts);
        stream.write(bytes, error => {
          if (error) reject(error);
          else resolve({ bytesWritten: bytes.length });
        });
      }),
  };
}

async function openWebhook(parts: SinkParts, settings: WebhookSettings): Promise<AuditSink> {
  const { world, counts, userAgent } = parts;
  const target = await readWebhookConfig(world.files, settings.configFile);
  const { initialBackoffMs, bufferSize, maxBatchSize, maxWaitMs, throttle } = settings;
  const sink = new WebhookSink({ world, target, initialBackoffMs, userAgent, counts });
  const bucket = throttle === undefined ? undefined : new TokenBucket(world, throttle);
  const batching = { bufferSize, maxBatchSize, maxWaitMs, atOnce: WEBHOOK_BATCHES };
  const whole = wrapped(parts, sink, settings, batching, bucket);
  return {
    process: events => whole.process(events),
    async close() {
      // Who is there is sent what there is; who is not must not keep the server from its end.
      using _hurry = world.timers.after(CLOSE_MS / 2, () => sink.hurry());
      await whole.close();
    },
  };
}

function wrapped(
  { world, counts }: SinkParts,
  sink: AuditSink,
  { mode, truncation }: SinkSettings,
  batching: Batching,
  bucket?: TokenBucket,
): AuditSink {
  const paced =
    mode === 'blocking-strict'
      ? sink
      : mode === 'blocking'
        ? withoutOutcome(sink)
        : new BufferedSink(world, sink, batching, bucket, counts);
  return truncation === undefined ? paced : new TruncatingSink(paced, truncation, counts);
}
