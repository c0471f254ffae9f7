import { parse } from 'yaml';
import { type ApiTarget, openSession, request, targetOf } from '../../bench/parts/api-target.ts';
import { differences, normalize } from './normalize.ts';
import { scenarios } from './scenarios.ts';
import type { Scenario, Step } from './step.ts';

/**
 * `npm run beside -- --kubeconfig=FILE --peer-kubeconfig=FILE [NAME...]`: asks two API servers the same and tells
 * where their answers differ: status, type, body, Warning and Allow headers. Meant for a kube-apiserver as the peer,
 * with the controllers of both off. `--lines=N` tells more of each difference, `--width=N` more of each line. Ends with 1 when there is one.
 */
const [ours, theirs] = ['kubeconfig', 'peer-kubeconfig'].map(flag => {
  const file = valueOf(flag);
  if (file === undefined) throw new Error(`--${flag}=FILE is missing`);
  return targetOf(file);
}) as [ApiTarget, ApiTarget];
const MAX_LINES = Number(valueOf('lines') ?? 12);
const asked = process.argv.slice(2).filter(word => !word.startsWith('--'));

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly warning: unknown;
  readonly allow: unknown;
  readonly body: unknown;
}

const MAX_TRIES = 50;
const BETWEEN_MS = 200;
const MAX_LINE_LENGTH = Number(valueOf('width') ?? 2000);
let steps = 0;
let different = 0;
for (const [name, scenario] of Object.entries(scenarios)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const namespace = `beside-${name}-${process.pid}`;
  const [mine, other] = await Promise.all([play(ours, scenario, namespace), play(theirs, scenario, namespace)]);
  for (const step of Object.keys(scenario)) {
    steps += 1;
    const lines = differences(mine.get(step), other.get(step)).filter(line => !mayDiffer(line, other.get(step)));
    if (lines.length === 0) continue;
    different += 1;
    console.log(`${name} / ${step}`);
    for (const line of lines.slice(0, MAX_LINES)) console.log(`    ${line.slice(0, MAX_LINE_LENGTH)}`);
    if (lines.length > MAX_LINES) console.log(`    and ${lines.length - MAX_LINES} more`);
  }
}
console.log(`${steps} steps, ${different} answered differently`);
process.exit(different > 0 ? 1 : 0);

function valueOf(flag: string): string | undefined {
  const prefix = `--${flag}=`;
  return process.argv.find(word => word.startsWith(prefix))?.slice(prefix.length);
}

/** What may differ. Upstream blames itself (500, no reason) for some of what clients do wrong; where the words are the same, ours may blame them. */
function mayDiffer(line: string, theirs: Answer | undefined): boolean {
  // What is described there and not here: how much is said, and how, is each server's own.
  if (
    /^\.body\.(components\.schemas|definitions|paths)\..*\.description: (absent \| |"<description>" \| absent)/.test(
      line,
    )
  )
    return true;
  return theirs?.status === 500 && /^\.(status: 4\d\d|body\.code: 4\d\d|body\.reason: "\w+") \|/.test(line);
}

async function play(target: ApiTarget, scenario: Scenario, namespace: string): Promise<ReadonlyMap<string, Answer>> {
  const sessions = sessionsOf(target);
  const say = (step: Step): Promise<Answer> => ask(target, sessions.current(), step, namespace);
  await say({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'NS' } } });
  const account = { metadata: { name: 'default' } };
  await say({ method: 'POST', path: '/api/v1/namespaces/NS/serviceaccounts', body: account });
  const answers = new Map<string, Answer>();
  for (const [name, step] of Object.entries(scenario)) answers.set(name, await settled(step, say));
  await say({ method: 'DELETE', path: '/api/v1/namespaces/NS' });
  sessions.close();
  return answers;
}

/** A server may say goodbye to who asks oddly; the next step calls again. */
function sessionsOf(target: ApiTarget) {
  let session: ReturnType<typeof openSession> | null = null;
  const open = (): ReturnType<typeof openSession> => {
    const opened = openSession(target);
    for (const end of ['goaway', 'close', 'error']) opened.once(end, () => (session = null));
    return (session = opened);
  };
  return { current: () => session ?? open(), close: () => session?.close() };
}

async function settled(step: Step, say: (step: Step) => Promise<Answer>): Promise<Answer> {
  let answer = await say(step);
  for (let tries = 1; step.until !== undefined && answer.status !== step.until && tries < MAX_TRIES; tries += 1) {
    await new Promise(resolve => setTimeout(resolve, BETWEEN_MS));
    answer = await say(step);
  }
  return answer;
}

async function ask(
  target: ApiTarget,
  session: ReturnType<typeof openSession>,
  { method, path, body, type, accept, as }: Step,
  namespace: string,
): Promise<Answer> {
  const named = (text: string): string => text.replaceAll('NS', namespace);
  const text = body === undefined ? undefined : named(typeof body === 'string' ? body : JSON.stringify(body));
  const stream = request(session, target, method, named(path), text, {
    type: type ?? (method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'),
    ...(accept === undefined ? {} : { accept }),
    ...(as === undefined ? {} : { as: named(as) }),
  });
  let [answered, status, contentType]: [string, number, string] = ['', 0, ''];
  let [warning, allow]: [unknown, unknown] = [undefined, undefined];
  stream.once('response', headers => {
    status = Number(headers[':status']);
    contentType = headers['content-type'] ?? '';
    ({ warning, allow } = headers);
  });
  stream.setEncoding('utf8').on('data', (chunk: string) => (answered += chunk));
  const timer = setTimeout(() => stream.close(), 5_000);
  stream.on('error', error => (answered ||= String(error)));
  await new Promise(resolve => stream.once('close', resolve));
  clearTimeout(timer);
  return { status, type: contentType, warning, allow, body: bodyOf(answered, contentType) };
}

/** JSON and YAML as a value, a watch's lines as values, anything else as text. */
function bodyOf(text: string, type: string): unknown {
  if (type.startsWith('application/yaml')) return normalize(parse(text));
  for (const parts of [[text], text.split('\n').filter(line => line !== '')]) {
    try {
      const values = parts.map((part): unknown => normalize(JSON.parse(part)));
      return values.length === 1 ? values[0] : values;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return text;
}
