import { type ApiTarget, openSession, request, targetOf } from '../../bench/parts/api-target.ts';
import { differences, normalize } from './normalize.ts';
import { scenarios } from './scenarios.ts';
import type { Scenario, Step } from './step.ts';

/**
 * `npm run beside -- --kubeconfig=FILE --peer-kubeconfig=FILE [NAME...]`: asks two API servers the same and tells
 * where their answers differ: status, body, Warning headers. Meant for a kube-apiserver as the peer, with the
 * controllers of both off. Ends with 1 when there is a difference.
 */
const [ours, theirs] = ['kubeconfig', 'peer-kubeconfig'].map(flag => {
  const prefix = `--${flag}=`;
  const file = process.argv.find(word => word.startsWith(prefix))?.slice(prefix.length);
  if (file === undefined) throw new Error(`--${flag}=FILE is missing`);
  return targetOf(file);
}) as [ApiTarget, ApiTarget];
const asked = process.argv.slice(2).filter(word => !word.startsWith('--'));

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly warning: unknown;
  readonly body: unknown;
}

const MAX_TRIES = 50;
const BETWEEN_MS = 200;
let steps = 0;
let different = 0;
for (const [name, scenario] of Object.entries(scenarios)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const namespace = `beside-${name}-${process.pid}`;
  const [mine, other] = await Promise.all([play(ours, scenario, namespace), play(theirs, scenario, namespace)]);
  for (const step of Object.keys(scenario)) {
    steps += 1;
    const lines = differences(mine.get(step), other.get(step)).filter(line => !isDefectOfTheirs(line, other.get(step)));
    if (lines.length === 0) continue;
    different += 1;
    console.log(`${name} / ${step}`);
    for (const line of lines.slice(0, 12)) console.log(`    ${line.slice(0, 400)}`);
    if (lines.length > 12) console.log(`    and ${lines.length - 12} more`);
  }
}
console.log(`${steps} steps, ${different} answered differently`);
process.exit(different > 0 ? 1 : 0);

/** Upstream blames itself (500, no reason) for some of what clients do wrong; where the words are the same, ours may blame them. */
function isDefectOfTheirs(line: string, theirs: Answer | undefined): boolean {
  return theirs?.status === 500 && /^\.(status: 4\d\d|body\.code: 4\d\d|body\.reason: "\w+") \|/.test(line);
}

async function play(target: ApiTarget, scenario: Scenario, namespace: string): Promise<ReadonlyMap<string, Answer>> {
  const session = openSession(target);
  const say = (step: Step): Promise<Answer> => ask(target, session, step, namespace);
  await say({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'NS' } } });
  const account = { metadata: { name: 'default' } };
  await say({ method: 'POST', path: '/api/v1/namespaces/NS/serviceaccounts', body: account });
  const answers = new Map<string, Answer>();
  for (const [name, step] of Object.entries(scenario)) answers.set(name, await settled(step, say));
  await say({ method: 'DELETE', path: '/api/v1/namespaces/NS' });
  session.close();
  return answers;
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
  { method, path, body, type, accept }: Step,
  namespace: string,
): Promise<Answer> {
  const named = (text: string): string => text.replaceAll('NS', namespace);
  const text = body === undefined ? undefined : named(typeof body === 'string' ? body : JSON.stringify(body));
  const stream = request(session, target, method, named(path), text, {
    type: type ?? (method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'),
    ...(accept === undefined ? {} : { accept }),
  });
  let [answered, status, contentType, warning]: [string, number, string, unknown] = ['', 0, '', undefined];
  stream.once('response', headers => {
    status = Number(headers[':status']);
    contentType = headers['content-type'] ?? '';
    warning = headers['warning'];
  });
  stream.setEncoding('utf8').on('data', (chunk: string) => (answered += chunk));
  const timer = setTimeout(() => stream.close(), 5_000);
  await new Promise(resolve => stream.once('close', resolve));
  clearTimeout(timer);
  return { status, type: contentType, warning, body: bodyOf(answered) };
}

/** JSON as a value, a watch's lines as values, anything else as text. */
function bodyOf(text: string): unknown {
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
