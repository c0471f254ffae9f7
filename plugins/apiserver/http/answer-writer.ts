import type { Writable } from 'node:stream';
import type { World } from '../../../src/base/world.ts';
import type { Turn } from '../../flow-control/contract.ts';
import type { DoorLimits } from '../limits.ts';
import type { Answer } from './answer.ts';
import type { WatchSeries } from '../measures/watch-series.ts';
import { encodeAnswer, readIncludeObject, type Encodable } from './encode-answer.ts';
import { encodeProtobuf } from './encode-protobuf.ts';
import { endReply } from './end-reply.ts';
import type { Reply } from './exchange.ts';
import { FrameCache } from './frame-cache.ts';
import type { RequestHead } from './http-request.ts';
import { LongRunning } from './long-running.ts';
import { inProtobuf } from './message-of.ts';
import type { Upgraded } from './open-web-socket.ts';
import { writeTo } from './output.ts';
import { recordAnswer, recordText } from './record-answer.ts';
import { recordUpgrade } from './record-upgrade.ts';
import { warn } from './warn.ts';
import { watchOverWebSocket } from './watch-over-web-socket.ts';
import { takesGzip, writeParts } from './write-parts.ts';
import { framed, WATCHED_PROTOBUF } from './watch-event.ts';
import { watchChunks, writeWatch, type WatchForm, type WatchOutput } from './write-watch.ts';

/** Answers in the form that each client wishes; of those that go on, as watches do, so many at a time. */
export class AnswerWriter {
  readonly #world: World;
  readonly #limits: DoorLimits;
  readonly #frames = new FrameCache();
  readonly #longRunning: LongRunning;
  readonly #watches: Pick<WatchSeries, 'of'>;

  constructor(world: World, limits: DoorLimits, watches: Pick<WatchSeries, 'of'>) {
    this.#watches = watches;
    this.#world = world;
    this.#limits = limits;
    this.#longRunning = new LongRunning(limits);
  }

  /**
   * Answers how many bytes it has, of one that is not followed. Throws what keeps it from being written; a reply that
   * has begun is then the caller's to break off.
   */
  async write(request: RequestHead, answer: Answer, reply: Reply, turn: Turn | undefined): Promise<number | undefined> {
    const world = this.#world;
    const limits = this.#limits;
    warn(reply, request.warnings);
    switch (answer.type) {
      case 'text':
        if (request.trail !== undefined) await recordText(request.trail, answer);
        for (const [name, value] of Object.entries(answer.headers ?? {})) reply.setHeader(name, value);
        return endReply(reply, answer.code, answer.contentType, answer.text, request.method);
      case 'watch':
      case 'stream':
        await this.#stream(request, answer, reply, turn);
        return undefined;
      case 'object':
      case 'list':
      case 'value': {
        const form = request.asked.of(inProtobuf(answer));
        const included = readIncludeObject(request.query);
        const nowMs = world.clock.now();
        const asText = (shown: Encodable) => encodeAnswer(shown, form, included, nowMs, request.steps);
        const text = form.encoding === 'protobuf' ? undefined : await asText(answer);
        const encoded = text ?? (await encodeProtobuf(answer, form, request.steps));
        if (request.trail !== undefined) {
          await recordAnswer(request.trail, answer, async shown =>
            shown === answer && text !== undefined ? text : asText(shown),
          );
        }
        reply.setHeader('content-type', encoded.contentType);
        reply.code = encoded.code;
        // What is left is the client's to take, and it may take its time.
        turn?.leaveSeat();
        return writeParts(reply, request.method === 'HEAD' ? [] : encoded.parts, world.timers, {
          stallMs: limits.stallMs,
          takesGzip: takesGzip(request.headers['accept-encoding']),
        });
      }
    }
  }

  async #stream(
    request: RequestHead,
    answer: Extract<Answer, { readonly type: 'watch' | 'stream' }>,
    reply: Reply,
    turn: Turn | undefined,
  ): Promise<void> {
    const world = this.#world;
    const limits = this.#limits;
    using _place = this.#longRunning.take(request.user.name);
    let stream: Writable | undefined;
    const begin = (headers: Iterable<readonly [string, string]>, code = 200): void => {
      reply.code = code;
      void request.trail?.started(code);
      const given = [...headers];
      for (const [index, [name, value]] of given.entries()) {
        const isFurther = given.findIndex(([earlier]) => earlier === name) < index;
        if (isFurther) reply.addHeader(name, value);
        else reply.setHeader(name, value);
      }
      stream = reply.begin();
    };
    const write = (bytes: Uint8Array): Promise<void> =>
      writeTo((stream ??= reply.begin()), bytes, world.timers, limits.stallMs);
    if (answer.type === 'stream') {
      if (request.info.verb === 'watch') turn?.leaveSeat();
      await answer.run({ head: begin, write });
      if (!reply.isBegun) reply.code = 204;
    } else {
      const form = shownAs(request, answer);
      // Headers go out before there is anything to tell.
      const isFramed = form.form.encoding === 'protobuf';
      begin([['content-type', isFramed ? WATCHED_PROTOBUF : 'application/json']]);
      const tell = async (events: readonly Buffer[]): Promise<void> => {
        for (const chunk of watchChunks(isFramed ? framed(events) : events)) await write(chunk);
      };
      await this.#follow(request, answer, form, tell, turn);
    }
    reply.end();
  }

  /** A watch whose client asked for a WebSocket; throws `StatusError` before that is opened, with these headers. */
  async watchOverWebSocket(
    request: RequestHead,
    answer: WatchedAnswer,
    upgraded: Upgraded,
    headers: readonly string[],
    turn: Turn | undefined,
  ): Promise<void> {
    const form = shownAs(request, answer);
    using _place = this.#longRunning.take(request.user.name);
    if (request.trail !== undefined) recordUpgrade(request.trail, upgraded.socket);
    const patience = { timers: this.#world.timers, stallMs: this.#limits.stallMs };
    const isText = form.form.encoding !== 'protobuf';
    await watchOverWebSocket(upgraded, { headers, isText }, patience, tell =>
      this.#follow(request, answer, form, tell, turn),
    );
  }

  #follow(
    request: RequestHead,
    { resource, watch }: WatchedAnswer,
    form: WatchForm,
    tell: WatchOutput['tell'],
    turn: Turn | undefined,
  ): Promise<void> {
    const output = {
      tell,
      begun: (): void => turn?.leaveSeat(),
      sizes: this.#watches.of(resource),
      signal: request.signal(),
    };
    return writeWatch(this.#world, this.#frames, resource, watch, form, output);
  }
}

type WatchedAnswer = Extract<Answer, { readonly type: 'watch' }>;

const shownAs = ({ asked, query }: RequestHead, answer: WatchedAnswer): WatchForm => ({
  form: asked.of(inProtobuf(answer)),
  includeObject: readIncludeObject(query),
});
