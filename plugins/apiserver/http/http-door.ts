import type { UserInfo } from '../../../src/api/user-info.ts';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { goDurationProblem } from '../../../src/base/go-duration.ts';
import { badRequestError } from '../../../src/api/status-error.ts';
import type { HeavyLane } from '../../../src/base/heavy-lane.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { Steps } from '../../../src/base/steps.ts';
import type { World } from '../../../src/base/world.ts';
import type { Auditor, AuditTrail } from '../../audit/contract.ts';
import type { FlowControl, Turn } from '../../flow-control/contract.ts';
import { requireAllowed } from '../access/authorize.ts';
import { ANONYMOUS } from '../access/authenticate.ts';
import { type Authentication, type Authorization, isLongRunning } from '../contract.ts';
import type { InFlightPeaks } from '../measures/in-flight-peaks.ts';
import type { DoorLimits } from '../limits.ts';
import type { Observed } from '../measures/request-series.ts';
import { statusOfError } from '../status-of-error.ts';
import { TurnedAwayError } from '../access/turned-away-error.ts';
import type { Answer } from './answer.ts';
import { DoorRecords } from './door-records.ts';
import type { Exchange, Reply } from './exchange.ts';
import { AnswerWriter } from './answer-writer.ts';
import { AskedForm } from './asked-form.ts';
import { askForTurn } from './ask-for-turn.ts';
import type { HttpRequest, RequestHead } from './http-request.ts';
import { identify, impersonate } from './identify.ts';
import { IncomingBody } from './incoming-body.ts';
import { isWebSocket, type Upgraded } from './open-web-socket.ts';
import { OutputError } from './output.ts';
import { BodyReader } from './read-body.ts';
import { NO_RESOURCE, readPath, type ReadPath } from './read-path.ts';
import { recordFailure } from './record-answer.ts';
import { recordUpgrade } from './record-upgrade.ts';
import type { WatchSeries } from '../measures/watch-series.ts';
import type { LongRunningSeries } from '../measures/long-running-series.ts';
import { RequestNotes } from './request-notes.ts';
import { kindOf } from './kind-of.ts';
import { refuseRequest } from './refuse-request.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { refuseAmbiguous } from './refuse-ambiguous.ts';

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
  /** Told of what does. */
  readonly longRunning: Pick<LongRunningSeries, 'take'>;
  /** Told how large the events of watches are. */
  readonly watches: Pick<WatchSeries, 'of'>;
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
  readonly #answers: AnswerWriter;
  readonly #bodies: BodyReader;
  readonly #records: DoorRecords;

  constructor(parts: DoorParts) {
    this.#parts = parts;
    this.#bodies = new BodyReader(parts.world, parts.lane, parts.limits);
    this.#answers = new AnswerWriter(parts.world, parts.limits, parts.watches);
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
    let known: RequestHead | undefined;
    const record: Record = { auditId, trail: undefined };
    let turn: Turn | undefined;
    let notes: RequestNotes | undefined;
    let bytes: number | undefined;
    try {
      exchange.refuseAmbiguous();
      const read = await this.#open(exchange, record);
      ({ notes } = read);
      turn = askForTurn(this.#parts.flowControl, read, reply, limits.requestMs);
      const mayRun = turn === undefined || turn.mayRun === true || (await this.#queued(turn, notes));
      if (mayRun) await this.#authorize(read);
      known = read;
      if (!mayRun) throw new TurnedAwayError(turn?.retryAfterSeconds() ?? 1);
      bytes = await this.#run(read, incoming, reply, turn);
    } catch (error) {
      if (record.trail !== undefined && !reply.isBegun) await recordFailure(record.trail, error);
      bytes = await refuseRequest(error, exchange, known?.warnings ?? [], this.#parts.log);
    }
    turn?.over();
    if (record.trail !== undefined) await record.trail.completed(reply.code);
    if (incoming !== undefined) void this.#bodies.finish(incoming, known?.user.name ?? '');
    if (known === undefined || known.user === ANONYMOUS) exchange.closeSession();
    this.#parts.observe?.({
      info: known?.info ?? { ...NO_RESOURCE, verb: method, path: '' },
      isApply: headerText(exchange.headers['content-type'])?.startsWith(APPLY_TYPE) === true,
      isDryRun: known?.query.has('dryRun') === true,
      code: reply.code,
      ms: world.clock.monotonicMs() - began,
      bytes,
      othersMs: notes?.othersMs ?? 0,
      isDeprecated: notes?.isDeprecated === true,
    });
  }

  async #run(
    read: RequestHead,
    incoming: IncomingBody | undefined,
    reply: Reply,
    turn: Turn | undefined,
  ): Promise<number | undefined> {
    const kind = isLongRunning(read.info) ? undefined : kindOf(read.info);
    const { inFlight, longRunning } = this.#parts;
    using _running = kind === undefined ? longRunning.take(read.info) : undefined;
    if (kind !== undefined) inFlight.begin(kind);
    try {
      return await this.#answers.write(read, await this.#serve(read, incoming), reply, turn);
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

  async #serve(read: RequestHead, incoming: IncomingBody | undefined): Promise<Answer> {
    if (incoming === undefined || !takesBody(read.method)) return this.#parts.serve({ ...read, body: EMPTY });
    using body = await this.#bodies.read(incoming, read.user);
    if (body.isHeavy) read.steps.expectHeavy();
    return await this.#parts.serve({ ...read, body: body.bytes });
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', error => this.#parts.log.debug('upgraded connection failed', { error }));
    const { method = '', url = '', headers } = request;
    const carried = { method, url, headers, socket: request.socket as TLSSocket, carrier: socket };
    const auditId = headerText(headers['audit-id']) ?? this.#parts.world.random.uuid();
    const record: Record = { auditId, trail: undefined };
    const run = async (): Promise<void> => {
      try {
        refuseAmbiguous(request.rawHeaders);
        const read = await this.#open(carried, record);
        const isWatch = read.info.verb === 'watch' && isWebSocket(request);
        if (isWatch && (await this.#watch(read, auditId, { raw: request, socket, head }))) return;
        if (!isWatch) await this.#authorize(read);
        if (read.trail !== undefined) recordUpgrade(read.trail, socket);
        const running = this.#parts.longRunning.take(read.info);
        socket.once('close', () => running[Symbol.dispose]());
        await this.#parts.upgrade({ ...read, body: EMPTY }, request, socket, head);
      } catch (error) {
        const refusal = statusOfError(error);
        if (record.trail !== undefined) record.trail.responseStatus(refusal.status);
        refuseUpgrade(refusal, socket);
      }
    };
    void run();
  }

  /** Serves a watch over a WebSocket; not one of another server behind this, which is allowed and handed on. */
  async #watch(read: RequestHead, auditId: string, upgraded: Upgraded): Promise<boolean> {
    const headers = [`audit-id: ${auditId}`];
    const setHeader = (name: string, value: string | number): void => void headers.push(`${name}: ${value}`);
    const turn = askForTurn(this.#parts.flowControl, read, { setHeader }, this.#parts.limits.requestMs);
    try {
      if (turn !== undefined && !(await this.#queued(turn, read.notes)))
        throw new TurnedAwayError(turn.retryAfterSeconds());
      await this.#authorize(read);
      const answer = await this.#parts.serve({ ...read, body: EMPTY });
      if (answer.type !== 'watch') return false;
      using _running = this.#parts.longRunning.take(read.info);
      await this.#answers.watchOverWebSocket(read, answer, upgraded, headers, turn);
      return true;
    } finally {
      turn?.over();
    }
  }

  #authorize({ user, info, trail }: RequestHead): Promise<void> {
    return requireAllowed(this.#parts.authorization, user, info, trail);
  }

  /** Whose request it is and what it asks for. */
  async #open(carried: Carried, record: Record): Promise<RequestHead> {
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
      asked: new AskedForm(headers, path.query, path.info.verb === 'watch'),
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

const APPLY_TYPE = 'application/apply-patch';

const EMPTY = Buffer.alloc(0);
/** Made once: an error a request costs more than the request. */
const GONE = new OutputError('Gone');
const takesBody = (method: string): boolean => method !== 'GET' && method !== 'HEAD';

const headerText = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' && /^[\x21-\x7e]{1,128}$/.test(value) ? value : undefined;
