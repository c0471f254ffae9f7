import type { IncomingMessage } from 'node:http';
import { badRequestError, STATUS_CODES, StatusError, type StatusReason } from '../../src/api/status-error.ts';
import type { Timers } from '../../src/base/world.ts';
import type { LogSink, PodReference, PodStreamer, Upgrade } from '../kubelet/contract.ts';
import { chooseContainer } from '../kinds/core/v1/choose-container.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import { askBackend, BackendError, type Backend } from './backend.ts';
import { forwardUpgrade } from './forward-upgrade.ts';
import { REFUSAL_BYTES } from './limits.ts';

/** Logs, commands and ports of one pod of another node, asked of that node's kubelet. */
export class RemoteAgent implements PodStreamer {
  readonly #pod: Pod;
  readonly #timers: Timers;
  readonly #kubelet: (nodeName: string) => Promise<Backend>;

  constructor(pod: Pod, timers: Timers, kubelet: (nodeName: string) => Promise<Backend>) {
    this.#pod = pod;
    this.#timers = timers;
    this.#kubelet = kubelet;
  }

  async log(_pod: PodReference, query: URLSearchParams, sink: LogSink, signal: AbortSignal): Promise<void> {
    const container = chooseContainer(this.#pod, query.get('container') ?? '');
    const { nodeName = '' } = this.#pod.spec;
    if (nodeName === '') return;
    const path = this.#path('containerLogs', container, logParameters(query));
    const kubelet = await this.#kubelet(nodeName);
    const isTrusted = query.get('insecureSkipTLSVerifyBackend') === 'true';
    const backend = isTrusted ? { ...kubelet, tls: withoutAuthority(kubelet) } : kubelet;
    const { answer } = await askBackend(this.#timers, backend, { method: 'GET', path, headers: [], signal }).catch(
      (error: unknown) => {
        if (!(error instanceof BackendError)) throw error;
        throw new StatusError('', `Get ${JSON.stringify(urlOf(kubelet, path))}: ${error.message}`);
      },
    );
    if (answer.statusCode !== 200) throw await refusal(answer);
    sink.begin();
    for await (const chunk of answer) await sink.write(chunk as Buffer);
  }

  judge(_pod: PodReference, query: URLSearchParams): void {
    chooseContainer(this.#pod, query.get('container') ?? '');
    this.#nodeName();
  }

  judgeForward(): void {
    this.#nodeName();
  }

  exec(_pod: PodReference, query: URLSearchParams, upgrade: Upgrade, signal: AbortSignal): Promise<void> {
    const container = chooseContainer(this.#pod, query.get('container') ?? '');
    return this.#forward(this.#path('exec', container, streamParameters(query)), upgrade, signal);
  }

  attach(_pod: PodReference, query: URLSearchParams, upgrade: Upgrade, signal: AbortSignal): Promise<void> {
    const container = chooseContainer(this.#pod, query.get('container') ?? '');
    return this.#forward(this.#path('attach', container, streamParameters(query)), upgrade, signal);
  }

  portForward(_pod: PodReference, query: URLSearchParams, upgrade: Upgrade, signal: AbortSignal): Promise<void> {
    const ports = new URLSearchParams();
    for (const port of query.getAll('ports')) ports.append('port', port);
    return this.#forward(this.#path('portForward', '', ports), upgrade, signal);
  }

  async #forward(path: string, upgrade: Upgrade, signal: AbortSignal): Promise<void> {
    const backend = await this.#kubelet(this.#nodeName());
    await forwardUpgrade(this.#timers, backend, { ...upgrade, path, signal });
  }

  #nodeName(): string {
    const { metadata, spec } = this.#pod;
    if ((spec.nodeName ?? '') === '') throw badRequestError(`pod ${metadata.name} does not have a host assigned`);
    return spec.nodeName ?? '';
  }

  #path(verb: string, container: string, query: URLSearchParams): string {
    const { name, namespace = '' } = this.#pod.metadata;
    const parts = [verb, namespace, name, ...(container === '' ? [] : [container])].map(encodeURIComponent);
    return `/${parts.join('/')}${query.size === 0 ? '' : `?${query.toString()}`}`;
  }
}

const urlOf = ({ scheme, host, port }: Backend, path: string): string => `${scheme}://${host}:${port}${path}`;

/** Believed without proof, because whoever asks for the log said so. */
const withoutAuthority = ({ tls }: Backend): NonNullable<Backend['tls']> => {
  const { ca: _ca, ...rest } = tls ?? {};
  return rest;
};

const FLAGS = ['follow', 'previous', 'timestamps'] as const;
const VALUES = ['limitBytes', 'sinceSeconds', 'sinceTime', 'stream', 'tailLines'] as const;

/** The options of a log as kubelets name them; what is not asked is not sent. */
function logParameters(query: URLSearchParams): URLSearchParams {
  const sent = new URLSearchParams();
  for (const name of FLAGS) if (isSet(query, name)) sent.set(name, 'true');
  for (const name of VALUES) if (query.has(name)) sent.set(name, query.get(name) ?? '');
  sent.sort();
  return sent;
}

/** Kubelets have older names for the parameters of PodExecOptions. */
function streamParameters(query: URLSearchParams): URLSearchParams {
  const sent = new URLSearchParams();
  for (const word of query.getAll('command')) sent.append('command', word);
  for (const [asked, named] of [
    ['stdin', 'input'],
    ['stdout', 'output'],
    ['stderr', 'error'],
    ['tty', 'tty'],
  ] as const) {
    if (isSet(query, asked)) sent.set(named, '1');
  }
  return sent;
}

const isSet = (query: URLSearchParams, name: string): boolean => {
  const value = query.get(name);
  return value !== null && value !== 'false' && value !== '0';
};

/** What a kubelet says no with, as the API server says it on. */
async function refusal(answer: IncomingMessage): Promise<StatusError> {
  let text = '';
  for await (const chunk of answer) {
    text += (chunk as Buffer).toString();
    if (text.length > REFUSAL_BYTES) break;
  }
  const { statusCode = 500 } = answer;
  if (statusCode === 500) return new StatusError('InternalError', `Internal error occurred: ${text}`);
  const reasons = Object.entries(STATUS_CODES) as [StatusReason, number][];
  const reason = reasons.find(([, code]) => code === statusCode)?.[0] ?? '';
  return new StatusError(reason, text);
}
