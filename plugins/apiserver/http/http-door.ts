import type { UserInfo } from '../../../src/api/user-info.ts';
import type { IncomingMessage } from 'node:http';
import type { Duplex, Writable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { goDurationProblem } from '../../../src/base/go-duration.ts';
import { badRequestError } from '../../../src/api/status-error.ts';
import type { HeavyLane } from '../../../src/base/heavy-lane.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { Steps } from '../../../src/base/steps.ts';
import type { World } from '../../../src/base/world.ts';
import type { Auditor, AuditTrail } from '../../audit/contract.ts';
import type { FlowControl, Turn } from '../../flow-control/contract.ts';
import { requireAllowed } from '../authorize.ts';
import { ANONYMOUS } from '../authenticate.ts';
import { type Authentication, type Authorization, isLongRunning } from '../contract.ts';
import type { InFlightPeaks } from '../in-flight-peaks.ts';
import type { DoorLimits } from '../limits.ts';
import { NotRecordedError } from '../not-recorded-error.ts';
import type { Observed } from '../request-series.ts';
import { statusOfError } from '../status-of-error.ts';
import { TurnedAwayError } from '../turned-away-error.ts';
import type { Answer } from './answer.ts';
import { DoorRecords } from './door-records.ts';
import { encodeAnswer, readIncludeObject } from './encode-answer.ts';
import type { Exchange, Reply } from './exchange.ts';
import { askForTurn } from './ask-for-turn.ts';
import { FrameCache } from './frame-cache.ts';
import type { HttpRequest } from './http-request.ts';
import { identify, impersonate } from './identify.ts';
import { IncomingBody } from './incoming-body.ts';
import { negotiate, type AnswerForm } from './negotiate.ts';
import { OutputError, writeTo } from './output.ts';
import { BodyReader, tooMany } from './read-body.ts';
import { isTrue, NO_RESOURCE, readPath, type ReadPath } from './read-path.ts';
import { recordAnswer, recordFailure, recordText } from './record-answer.ts';
import { recordUpgrade } from './record-upgrade.ts';
import { RequestNotes } from './request-notes.ts';
import { kindOf } from './kind-of.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { refuseAmbiguous } from './refuse-ambiguous.ts';
import { isPlainNotFound } from './resource-not-found.ts';
import { warn } from './warn.ts';
import { takesGzip, writeParts } from './write-parts.ts';
import { writeWatch } from './write-watch.ts';

export interface DoorParts {
  readonly world: World;
  readonly log: Logger;
  readonly authentication: Authentication;
  readonly authorization: Authorization;
  readonly limits: DoorLimits;
  readonly lane: HeavyLane;
  /** One at most. */
  readonly auditors: readonly Auditor[];
  readonly flowControl: FlowControl;
  /** Told of what is served, but for what runs long. */
  readonly inFlight: Pick<InFlightPeaks, 'begin' | 'end'>;
  /** Ends every watch and stream when the server stops. */
  readonly signal: AbortSignal;
  /** What an allowed request comes to. */
  serve(request: HttpRequest): Promise<Answer>;
  /** Takes over an upgraded connection; throws `StatusError` before it writes anything. */
  upgrade(request: HttpRequest, raw: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  /** Told of every answered request. */
  observe?(request: Observed): void;
}

/**
 * The first steps of every request that comes over the network, in this order: audit id, who it is from,
 * whom it acts as, when it is its turn, whether it is allowed; then the verb, then the answer as the client wishes it.
 */
export class HttpDoor {
  readonly #parts: DoorParts;
  readonly #frames = new FrameCache();
  readonly #bodies: BodyReader;
  readonly #records: DoorRecords;
  #streams = 0;
  readonly #streamsOf = new Map<string, number>();

  constructor(parts: DoorParts) {
    this.#parts = parts;
    this.#bodies = new BodyReader(parts.world, parts.lane, parts.limits);
    this.#records = new DoorRecords(parts.world, parts.auditors);
  }

  async serve(exchange: Exchange): Promise<void> {
    const { world, limits } = this.#parts;
    const began = world.clock.monotonicMs();
    const { reply, method } = exchange;
    const incoming = exchange.bringsBody ? new IncomingBody(exchange, world, limits.requestMs) : undefined;
    const auditId = headerText(exchange.headers['audit-id']) ?? world.random.uuid();
    reply.setHeader('audit-id', auditId);
    reply.setHeader('cache-control', 'no-cache, private');
    let told: Told = { info: { ...NO_RESOURCE, verb: method, path: '' }, isDryRun: false, isKnown: false };
    let userName = '';
    let warnings: readonly string[] = [];
    const record: Record = { auditId, trail: undefined };
    let turn: Turn | undefined;
    let notes: RequestNotes | undefined;
    try {
      exchange.refuseAmbiguous();
      const read = await this.#open(exchange, record);
      ({ notes } = read);
      turn = askForTurn(this.#parts.flowControl, read, reply, limits.requestMs);
      const mayRun = turn === undefined || turn.mayRun === true || (await this.#queued(turn, notes));
      if (mayRun) await this.#authorize(read);
      told = { info: read.info, isDryRun: read.query.has('dryRun'), isKnown: read.user !== ANONYMOUS };
      userName = read.user.name;
      warnings = read.warnings;
      if (!mayRun) throw new TurnedAwayError(turn?.retryAfterSeconds() ?? 1);
      await this.#run(read, incoming, reply, turn);
    } catch (error) {
      if (record.trail !== undefined && !reply.isBegun) await recordFailure(record.trail, error);
      this.#refuse(error, exchange, warnings);
    }
    turn?.over();
    if (record.trail !== undefined) await record.trail.completed(reply.code);
    if (incoming !== undefined) void this.#bodies.finish(incoming, userName);
    if (!told.isKnown) exchange.closeSession();
    this.#parts.observe?.({
      info: told.info,
      isApply: headerText(exchange.headers['content-type'])?.startsWith(APPLY_TYPE) === true,
      isDryRun: told.isDryRun,
      code: reply.code,
      ms: world.clock.monotonicMs() - began,
      othersMs: notes?.othersMs ?? 0,
      isDeprecated: notes?.isDeprecated === true,
    });
  }

  async #run(
    read: Omit<HttpRequest, 'body'>,
    incoming: IncomingBody | undefined,
    reply: Reply,
    turn: Turn | undefined,
  ): Promise<void> {
    const kind = isLongRunning(read.info) ? undefined : kindOf(read.info);
    const { inFlight } = this.#parts;
    if (kind !== undefined) inFlight.begin(kind);
    try {
      await this.#answer(read, await this.#serve(read, incoming), reply, turn);
    } finally {
      if (kind !== undefined) inFlight.end(kind);
    }
  }

  async #queued({ mayRun }: Turn, notes: RequestNotes): Promise<boolean> {
    const { clock } = this.#parts.world;
    const began = clock.monotonicMs();
    const outcome = await mayRun;
    notes.spent('apf-queue-wait', clock.monotonicMs() - began);
    return outcome;
  }

  async #serve(read: Omit<HttpRequest, 'body'>, incoming: IncomingBody | undefined): Promise<Answer> {
    if (incoming === undefined || !takesBody(read.method)) return this.#parts.serve({ ...read, body: EMPTY });
    using body = await this.#bodies.read(incoming, read.user);
    if (body.isHeavy) read.steps.expectHeavy();
    return await this.#parts.serve({ ...read, body: body.bytes });
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', error => this.#parts.log.debug('upgraded connection failed', { error }));
    const tlsSocket = request.socket as TLSSocket;
    const carried = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      socket: tlsSocket,
      carrier: socket,
    };
    const auditId = headerText(request.headers['audit-id']) ?? this.#parts.world.random.uuid();
    const record: Record = { auditId, trail: undefined };
    const run = async (): Promise<void> => {
      try {
        refuseAmbiguous(request.rawHeaders);
        const read = await this.#open(carried, record);
        await this.#authorize(read);
        if (read.trail !== undefined) recordUpgrade(read.trail, socket);
        await this.#parts.upgrade({ ...read, body: EMPTY }, request, socket, head);
      } catch (error) {
        const refusal = statusOfError(error);
        if (record.trail !== undefined) record.trail.responseStatus(refusal.status);
        refuseUpgrade(refusal, socket);
      }
    };
    void run();
  }

  #authorize({ user, info, trail }: Omit<HttpRequest, 'body'>): Promise<void> {
    return requireAllowed(this.#parts.authorization, user, info, trail);
  }

  /** Whose request it is and what it asks for. */
  async #open(carried: Carried, record: Record): Promise<Omit<HttpRequest, 'body'>> {
    const { authorization } = this.#parts;
    const { headers, method, carrier } = carried;
    let user: UserInfo;
    let path: ReadPath;
    try {
      user = await identify(this.#parts.authentication, carried);
      path = readPath(method, carried.url);
      checkTimeout(path);
    } catch (error) {
      await this.#records.turnedAway(carried, record.auditId, error);
      throw error;
    }
    // Nobody waits where there is no record.
    const trail = this.#records.areKept
      ? await this.#records.open(carried, record.auditId, user, path.info)
      : undefined;
    record.trail = trail;
    const acting = await impersonate(authorization, user, headers);
    if (acting !== user) trail?.actsAs(acting);
    return {
      ...path,
      method,
      headers,
      user: acting,
      signal: this.#departure(carrier),
      steps: new Steps(this.#parts.world.clock, this.#parts.lane, acting.name),
      warnings: [],
      trail,
      notes: new RequestNotes(trail),
    };
  }

  #departure(carrier: Exchange['carrier']): () => AbortSignal {
    let signal: AbortSignal | undefined;
    return () => {
      if (signal !== undefined) return signal;
      const over = new AbortController();
      if (carrier.destroyed) over.abort(GONE);
      else carrier.once('close', () => over.abort(GONE));
      signal = AbortSignal.any([over.signal, this.#parts.signal]);
      return signal;
    };
  }

  async #answer(
    request: Omit<HttpRequest, 'body'>,
    answer: Answer,
    reply: Reply,
    turn: Turn | undefined,
  ): Promise<void> {
    const { world, limits } = this.#parts;
    warn(reply, request.warnings);
    switch (answer.type) {
      case 'text':
        if (request.trail !== undefined) await recordText(request.trail, answer);
        for (const [name, value] of Object.entries(answer.headers ?? {})) reply.setHeader(name, value);
        return end(reply, answer.code, answer.contentType, answer.text, request.method);
      case 'watch':
      case 'stream':
        return this.#stream(request, answer, reply, turn);
      case 'object':
      case 'list':
      case 'value': {
        const form = formOf(request);
        const included = readIncludeObject(request.query);
        const nowMs = world.clock.now();
        const encoded = await encodeAnswer(answer, form, included, nowMs, request.steps);
        if (request.trail !== undefined) {
          await recordAnswer(request.trail, answer, async shown =>
            shown === answer ? encoded : encodeAnswer(shown, form, included, nowMs, request.steps),
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
    request: Omit<HttpRequest, 'body'>,
    answer: Extract<Answer, { readonly type: 'watch' | 'stream' }>,
    reply: Reply,
    turn: Turn | undefined,
  ): Promise<void> {
    const { world, limits } = this.#parts;
    const ofUser = this.#streamsOf.get(request.user.name) ?? 0;
    if (this.#streams >= limits.longRunning || ofUser >= limits.longRunningOfUser) throw tooMany();
    this.#streams += 1;
    this.#streamsOf.set(request.user.name, ofUser + 1);
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
    try {
      if (answer.type === 'stream') {
        if (request.info.verb === 'watch') turn?.leaveSeat();
        await answer.run({ head: begin, write });
        if (!reply.isBegun) reply.code = 204;
      } else {
        const form = formOf(request);
        const shown = { form, includeObject: readIncludeObject(request.query) };
        // Headers go out before there is anything to tell.
        begin([['content-type', 'application/json']]);
        const output = { write, signal: request.signal() };
        const begun = (): void => turn?.leaveSeat();
        await writeWatch(world, this.#frames, answer.resource, answer.watch, shown, { ...output, begun });
      }
      reply.end();
    } finally {
      this.#streams -= 1;
      const left = (this.#streamsOf.get(request.user.name) ?? 1) - 1;
      if (left === 0) this.#streamsOf.delete(request.user.name);
      else this.#streamsOf.set(request.user.name, left);
    }
  }

  #refuse(error: unknown, { method, url, reply }: Exchange, warnings: readonly string[]): void {
    if (error instanceof OutputError) return;
    if (error instanceof NotRecordedError) {
      return end(reply, 500, 'text/plain; charset=utf-8', `${error.message}\n`, method);
    }
    if (error instanceof TurnedAwayError && !reply.isBegun) {
      reply.setHeader('retry-after', error.retryAfterSeconds);
      reply.setHeader('x-content-type-options', 'nosniff');
      return end(reply, 429, 'text/plain; charset=utf-8', `${error.message}\n`, method);
    }
    const { status } = statusOfError(error);
    if (status.code >= 500) this.#parts.log.error('request failed', { method, url, error });
    if (reply.isBegun) return reply.destroy();
    if (isPlainNotFound(status)) {
      end(reply, 404, 'text/plain; charset=utf-8', '404 page not found\n', method);
      return;
    }
    if (!reply.hasHeader('warning')) warn(reply, warnings);
    const seconds = status.details?.retryAfterSeconds;
    if (seconds !== undefined) reply.setHeader('retry-after', seconds);
    end(reply, status.code, 'application/json', `${JSON.stringify(status)}\n`, method);
  }
}

/** A client may say how long it waits; that is not needed here, but has to be a duration. */
function checkTimeout({ query, info }: Pick<HttpRequest, 'query' | 'info'>): void {
  const timeout = query.get('timeout');
  if (timeout === null || timeout === '' || info.verb === 'watch') return;
  const problem = goDurationProblem(timeout);
  if (problem !== undefined) throw badRequestError(`invalid timeout specified in the request URL - ${problem}`);
}

/** What is on record of a request so far. */
interface Record {
  readonly auditId: string;
  trail: AuditTrail | undefined;
}

/** What all carriers of a request have. */
type Carried = Pick<Exchange, 'method' | 'url' | 'headers' | 'socket' | 'carrier'>;

type Told = Pick<Observed, 'info' | 'isDryRun'> & { readonly isKnown: boolean };
const APPLY_TYPE = 'application/apply-patch';

const EMPTY = Buffer.alloc(0);
/** Made once: an error a request costs more than the request. */
const GONE = new OutputError('Gone');
const takesBody = (method: string): boolean => method !== 'GET' && method !== 'HEAD';

const headerText = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' && /^[\x21-\x7e]{1,128}$/.test(value) ? value : undefined;

const PRETTY_AGENTS = /^(curl|Wget|Mozilla\/5\.0)/;

function formOf({ headers, query }: Pick<HttpRequest, 'headers' | 'query'>): AnswerForm {
  const asked = query.get('pretty');
  const pretty = asked === null ? PRETTY_AGENTS.test(headers['user-agent'] ?? '') : isTrue(asked);
  return negotiate(headers.accept, pretty);
}

function end(reply: Reply, code: number, contentType: string, text: string | Buffer, method: string): void {
  reply.code = code;
  reply.setHeader('content-type', contentType);
  if (code !== 304) reply.setHeader('content-length', Buffer.byteLength(text));
  if (method === 'HEAD' || code === 304) reply.end();
  else reply.end(text);
}
