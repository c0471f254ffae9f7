import type { Agent, Dispatcher } from 'undici';
import { readJson } from '../../src/api/codec/read-json.ts';
import { isRecord } from '../../src/api/json-record.ts';
import { isStatusError, type Status } from '../../src/api/status-error.ts';
import { dialProblem } from '../../src/base/dial-problem.ts';
import { LruMap } from '../../src/base/lru-map.ts';
import type { World } from '../../src/base/world.ts';
import type { WebhookAnswer, WebhookCalls, WebhookTarget } from './contract.ts';
import { ANSWER_BYTES, CONNECTIONS_OF_ONE, IDLE_MS, KNOWN_TARGETS } from './limits.ts';
import { ConnectionError, openConnection, type Resolve } from './open-connection.ts';
import { refusedMessage } from './refused-message.ts';
import { webhookPlace, type WebhookPlace } from './webhook-place.ts';

type Failure = Extract<WebhookAnswer, { readonly ok: false }>;

/** Asks webhooks over HTTPS; connections to those asked lately are kept for a while. */
export class WebhookClient implements WebhookCalls, AsyncDisposable {
  readonly #world: World;
  readonly #resolve: Resolve;
  readonly #agents = new LruMap<string, Agent>(KNOWN_TARGETS);

  constructor(world: World, resolve: Resolve) {
    this.#world = world;
    this.#resolve = resolve;
  }

  async ask(target: WebhookTarget, question: object, timeoutMs: number): Promise<WebhookAnswer> {
    const place = webhookPlace(target);
    if ('problem' in place) return { ok: false, code: 'Unusable', message: place.problem };
    const ca = Buffer.from(target.caBundle ?? '', 'base64')
      .toString()
      .trim();
    if (ca !== '' && !ca.includes(PEM)) return { ok: false, code: 'Unusable', message: NO_PEM };
    const path = `${place.path}?timeout=${Math.ceil(timeoutMs / 1000)}s`;
    const late = new AbortController();
    using _deadline = this.#world.timers.after(timeoutMs, () => late.abort());
    try {
      const agent = await this.#agentOf(ca, place);
      const body = JSON.stringify(question);
      return await exchange(agent, {
        origin: place.origin,
        path,
        method: 'POST',
        headers: HEADERS,
        body,
        signal: late.signal,
      });
    } catch (error) {
      const shown = `Post ${JSON.stringify(`${place.origin}${path}`)}`;
      if (late.signal.aborted) return { ok: false, code: 'Late', message: `${shown}: context deadline exceeded` };
      return { ok: false, code: 'Unreachable', message: `${shown}: ${causeOf(error, place)}` };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#agents.values()].map(agent => agent.destroy()));
  }

  async #agentOf(ca: string, place: WebhookPlace): Promise<Agent> {
    const key = JSON.stringify([place.origin, ca]);
    const known = this.#agents.get(key);
    if (known !== undefined) return known;
    // Most servers never ask anybody.
    const undici = await import('undici');
    const agent = new undici.Agent({
      connections: CONNECTIONS_OF_ONE,
      keepAliveTimeout: IDLE_MS,
      // The whole exchange has a deadline.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_options, done) => {
        openConnection(place, ca === '' ? undefined : ca, this.#resolve, this.#world).then(
          socket => done(null, socket),
          (error: Error) => done(error, null),
        );
      },
    });
    this.#agents.set(key, agent);
    return agent;
  }
}

const PEM = '-----BEGIN CERTIFICATE-----';
const NO_PEM = 'unable to load root certificates: unable to parse bytes as PEM block';

const HEADERS = {
  accept: 'application/json, */*',
  'content-type': 'application/json',
  'user-agent': 'kube-apiserver-admission',
};

const causeOf = (error: unknown, { origin, serverName }: WebhookPlace): string =>
  error instanceof ConnectionError ? error.message : dialProblem(error, new URL(origin).host, serverName);

async function exchange(
  agent: Agent,
  options: Dispatcher.RequestOptions & { readonly origin: string },
): Promise<WebhookAnswer> {
  const { statusCode, headers, body } = await requestOnce(agent, options);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > ANSWER_BYTES) {
      body.destroy();
      return unreadable(`the answer is larger than ${ANSWER_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const type = String(headers['content-type'] ?? '');
  if (statusCode < 200 || statusCode > 206) return refused(statusCode, type, bytes);
  if (bytes.length === 0)
    return unreadable(`0-length response with status code: ${statusCode} and content type: ${type}`);
  const read = readAnswer(bytes);
  if ('problem' in read) return unreadable(read.problem);
  const status = statusIn(read.value);
  if (status?.status === 'Failure') return { ok: false, code: 'Refused', message: status.message ?? '', status };
  return { ok: true, body: read.value };
}

/** A kept connection may end as it is used again; then another is tried, once. */
async function requestOnce(
  agent: Agent,
  options: Dispatcher.RequestOptions & { readonly origin: string },
): Promise<Dispatcher.ResponseData> {
  try {
    return await agent.request(options);
  } catch (error) {
    if (!wasUsedBefore(error)) throw error;
    return agent.request(options);
  }
}

function wasUsedBefore(error: unknown): boolean {
  if (!(error instanceof Error) || !('socket' in error)) return false;
  const { socket } = error;
  return isRecord(socket) && typeof socket['bytesRead'] === 'number' && socket['bytesRead'] > 0;
}

function refused(code: number, type: string, bytes: Buffer): Failure {
  const read = readAnswer(bytes);
  const status = 'problem' in read ? undefined : statusIn(read.value);
  if (status !== undefined && status.message !== undefined) {
    return { ok: false, code: 'Refused', message: status.message, status };
  }
  const text = type === '' || type.startsWith('text/') ? bytes.toString() : 'unknown';
  return { ok: false, code: 'Refused', message: refusedMessage(code, text) };
}

const unreadable = (message: string): Failure => ({ ok: false, code: 'Unreadable', message });

const statusIn = (value: unknown): Status | undefined =>
  isRecord(value) && value['kind'] === 'Status' && value['apiVersion'] === 'v1'
    ? (value as unknown as Status)
    : undefined;

function readAnswer(bytes: Buffer): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: readJson(bytes).value };
  } catch (error) {
    if (error instanceof SyntaxError) {
      return { problem: `couldn't get version/kind; json parse error: ${error.message}` };
    }
    if (isStatusError(error)) return { problem: error.message };
    throw error;
  }
}
