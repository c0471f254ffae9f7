import { partialObject, tableOf, type TableOptions } from '../../../src/api/table.ts';
import type { Histogram } from '../../../src/base/histogram.ts';
import type { Resource } from '../../../src/api/resource.ts';
import type { StatusError } from '../../../src/api/status-error.ts';
import type { World } from '../../../src/base/world.ts';
import { ANSWER_CHUNK_BYTES } from '../limits.ts';
import { statusOfError } from '../status-of-error.ts';
import { bookmarkObject, type Signal } from '../verbs/watch.ts';
import type { WatchAnswer } from './answer.ts';
import type { FrameCache } from './frame-cache.ts';
import { sealedMessage, sealedObject, shownMessage } from './encode-protobuf.ts';
import { STATUS } from './message-of.ts';
import type { AnswerForm } from './negotiate.ts';
import { jsonEvent, protobufEvent } from './watch-event.ts';

export interface WatchOutput {
  /** Told of events, each a line of JSON or a message. Resolves when there is room for more; rejects when the client does not read. */
  tell(events: readonly Buffer[]): Promise<void>;
  /** Told once, when what was there before is out. */
  begun(this: void): void;
  /** Where the sizes of events are counted. */
  readonly sizes: Pick<Histogram, 'observe'>;
  readonly signal: AbortSignal;
}

export interface WatchForm {
  readonly form: AnswerForm;
  readonly includeObject: TableOptions['includeObject'];
}

/**
 * Sends a watch's events until the client leaves or its time is over. Errors after
 * the answer began are the last event.
 */
export async function writeWatch(
  world: World,
  frames: FrameCache,
  resource: Resource,
  watch: WatchAnswer,
  { form, includeObject }: WatchForm,
  output: WatchOutput,
): Promise<void> {
  const encoder = new EventEncoder(world, frames, resource, form, includeObject);
  // One of its own: to ask a signal that is made of others costs as much as to encode an event.
  const over = new AbortController();
  const end = (): void => over.abort();
  output.signal.addEventListener('abort', end, { once: true });
  if (output.signal.aborted) end();
  const timer = world.timers.after(watch.timeoutMs, end);
  let revision = 0;
  try {
    for await (const signals of watch.follow(over.signal, output.begun)) {
      const events = signals.map(signal => encoder.encode(signal));
      for (const { length } of events) output.sizes.observe(length);
      await output.tell(events);
      revision = revisionOf(signals.at(-1)) ?? revision;
    }
    if (watch.allowBookmarks && revision > 0 && over.signal.aborted && !output.signal.aborted) {
      await output.tell([encoder.encode({ type: 'BOOKMARK', revision })]);
    }
  } catch (error) {
    if (output.signal.aborted) return;
    await output.tell([encoder.failure(statusOfError(error))]);
  } finally {
    timer[Symbol.dispose]();
    output.signal.removeEventListener('abort', end);
    end();
  }
}

const revisionOf = (signal: Signal | undefined): number | undefined =>
  signal === undefined || signal.type === 'BOOKMARK' ? signal?.revision : signal.object.revision;

/** Events of one moment that go out together, in pieces small enough for others to get their turn. */
export function* watchChunks(frames: readonly Buffer[]): Generator<Buffer> {
  let batch: Buffer[] = [];
  let bytes = 0;
  for (const frame of frames) {
    batch.push(frame);
    bytes += frame.length;
    if (bytes < ANSWER_CHUNK_BYTES) continue;
    yield Buffer.concat(batch);
    batch = [];
    bytes = 0;
  }
  const [only] = batch;
  if (only !== undefined) yield batch.length === 1 ? only : Buffer.concat(batch);
}

class EventEncoder {
  readonly #world: World;
  readonly #frames: FrameCache;
  readonly #resource: Resource;
  readonly #form: AnswerForm;
  readonly #includeObject: TableOptions['includeObject'];
  #told = false;

  constructor(
    world: World,
    frames: FrameCache,
    resource: Resource,
    form: AnswerForm,
    includeObject: TableOptions['includeObject'],
  ) {
    this.#world = world;
    this.#frames = frames;
    this.#resource = resource;
    this.#form = form;
    this.#includeObject = includeObject;
  }

  encode(signal: Signal): Buffer {
    const { shape, metaVersion, encoding } = this.#form;
    if (signal.type === 'BOOKMARK') {
      const bookmark = this.#bookmark(signal);
      return encoding === 'protobuf'
        ? protobufEvent('BOOKMARK', sealedMessage(shownMessage(this.#resource, shape), bookmark))
        : jsonEvent('BOOKMARK', json(bookmark));
    }
    const { type, object, change } = signal;
    const { apiVersion, plural } = this.#resource;
    if (shape === 'table') return jsonEvent(type, json(this.#table([object.object], object.revision)));
    const name = `${type} ${apiVersion}/${plural} ${shape} ${metaVersion}`;
    if (encoding === 'protobuf')
      return this.#frames.get(change, `${name} protobuf`, () =>
        protobufEvent(type, sealedObject(this.#resource, object, this.#form)),
      );
    return this.#frames.get(change, name, () =>
      jsonEvent(type, shape === 'object' ? object.bytes : json(partialObject(object.object, metaVersion))),
    );
  }

  failure({ status }: StatusError): Buffer {
    return this.#form.encoding === 'protobuf'
      ? protobufEvent('ERROR', sealedMessage(STATUS, status))
      : jsonEvent('ERROR', json(status));
  }

  #bookmark(signal: Signal & { readonly type: 'BOOKMARK' }): object {
    const { shape, metaVersion } = this.#form;
    if (shape === 'object') return bookmarkObject(this.#resource, signal);
    if (shape === 'table')
      return { ...this.#table([], signal.revision), ...bookmarkObject(TABLE(metaVersion), signal) };
    return bookmarkObject({ apiVersion: `meta.k8s.io/${metaVersion}`, kind: 'PartialObjectMetadata' }, signal);
  }

  /** Columns are told once. */
  #table(objects: Parameters<typeof tableOf>[1], revision: number): object {
    const withoutColumns = this.#told;
    this.#told = true;
    return tableOf(
      this.#resource,
      objects,
      { resourceVersion: String(revision) },
      {
        metaVersion: this.#form.metaVersion,
        includeObject: this.#includeObject,
        nowMs: this.#world.clock.now(),
        withoutColumns,
      },
    );
  }
}

const TABLE = (metaVersion: string) => ({ apiVersion: `meta.k8s.io/${metaVersion}`, kind: 'Table' });

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
