import { find } from '../builder/found.ts';
import { SELECTOR_FLAG } from '../builder/builder-flags.ts';
import { bool, duration, int, text } from '../command/flag.ts';
import { usageFailure, type Call, type Verb } from '../command/verb.ts';
import { Failure, isReason, throwAll } from '../failures.ts';
import { nameOf, type KubeObject } from '../kube-object.ts';
import { timeMs } from '../../../src/base/timestamp.ts';
import { containerOf, containersOf } from './container-of.ts';
import { printLog, type LogSource } from './log-source.ts';
import { byLogging, podKey, podsOf } from './pod-of.ts';
import { untilPresent } from './until-present.ts';

export const logsVerb: Verb = {
  usage: '[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]',
  about: 'Print the logs for a container in a pod or specified resource.',
  flags: [
    SELECTOR_FLAG,
    bool('all-containers', "All containers' logs."),
    bool('all-pods', 'The logs of all pods of a workload.'),
    text('container', 'Container whose logs to print.', { short: 'c' }),
    bool('follow', 'Go on as the log grows.', { short: 'f' }),
    bool('ignore-errors', 'Go on with the others after an error.'),
    bool('insecure-skip-tls-verify-backend', "Do not check the kubelet's certificate."),
    int('limit-bytes', 'At most so many bytes.'),
    int('max-log-requests', 'How many logs are followed at once.', { fallback: '5' }),
    duration('pod-running-timeout', 'How long to wait for a pod.', { fallback: '20s' }),
    bool('prefix', 'Say of each line which pod and container it is of.'),
    bool('previous', 'The logs of the instance before this one.', { short: 'p' }),
    duration('since', 'Only what is newer than this.'),
    text('since-time', 'Only what is newer than this moment.'),
    int('tail', 'How many lines from the end; -1 for all.', { fallback: '-1' }),
    bool('timestamps', 'Say when each line was written.'),
  ],
  run: logs,
};

const SELECTED_TAIL = '10';

async function logs(call: Call): Promise<void> {
  const { flags, args } = call;
  const isSelected = flags.text('selector') !== '';
  checkArguments(call, isSelected);
  const sources = isSelected ? await selectedSources(call) : await namedSources(call, args);
  const query = logQuery(call, isSelected);
  if (!flags.bool('follow') || sources.length < 2) {
    for (const source of sources) await printLog(call, source, query);
    return;
  }
  const max = flags.int('max-log-requests');
  if (sources.length > max) {
    throw new Failure(
      `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${max}, use --max-log-requests to increase the limit`,
    );
  }
  await Promise.all(sources.map(source => printLog(call, source, query)));
}

function checkArguments(call: Call, isSelected: boolean): void {
  const { flags, args } = call;
  if (args.length === 0 && !isSelected) {
    throw usageFailure(
      call,
      `expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command`,
    );
  }
  if (isSelected && args.length > 0) {
    throw usageFailure(call, 'only a selector (-l) or a POD name is allowed');
  }
  if (args.length > 2)
    throw usageFailure(
      call,
      `expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command`,
    );
  if (args.length === 2 && flags.text('container') !== '') {
    throw usageFailure(call, 'only one of -c or an inline [CONTAINER] arg is allowed');
  }
  if (flags.text('since-time') !== '' && flags.durationMs('since') !== 0) {
    throw new Failure('at most one of `sinceTime` or `sinceSeconds` may be specified');
  }
  if (flags.text('since-time') !== '' && timeMs(flags.text('since-time')) === undefined) {
    const given = flags.text('since-time');
    throw new Failure(
      `parsing time ${JSON.stringify(given)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(given)} as "2006"`,
    );
  }
  if (flags.bool('all-containers') && flags.text('container') !== '') {
    throw new Failure('--all-containers=true should not be specified with container name ' + flags.text('container'));
  }
  if (flags.int('tail') < -1) throw new Failure('--tail must be greater than or equal to -1');
}

function logQuery({ flags }: Call, isSelected: boolean): Readonly<Record<string, string | undefined>> {
  const tail = flags.isGiven('tail') ? flags.text('tail') : isSelected ? SELECTED_TAIL : '-1';
  const sinceMs = flags.durationMs('since');
  return {
    follow: flags.bool('follow') ? 'true' : undefined,
    previous: flags.bool('previous') ? 'true' : undefined,
    timestamps: flags.bool('timestamps') ? 'true' : undefined,
    sinceSeconds: sinceMs > 0 ? String(Math.ceil(sinceMs / 1000)) : undefined,
    sinceTime: flags.text('since-time') || undefined,
    tailLines: tail === '-1' ? undefined : tail,
    limitBytes: flags.int('limit-bytes') > 0 ? flags.text('limit-bytes') : undefined,
    insecureSkipTLSVerifyBackend: flags.bool('insecure-skip-tls-verify-backend') ? 'true' : undefined,
  };
}

async function selectedSources(call: Call): Promise<readonly LogSource[]> {
  const { found, failures } = await find(call, { args: ['pods'], mayList: true });
  throwAll(failures);
  if (found.length === 0) call.terminal.err(`No resources found in ${await call.cluster.namespace()} namespace.\n`);
  return found.flatMap(({ object }) => sourcesOf(call, object, call.flags.text('container')));
}

async function namedSources(call: Call, [name = '', inline = '']: readonly string[]): Promise<readonly LogSource[]> {
  const { flags } = call;
  const container = flags.text('container') || inline;
  const args = name === '' ? [] : name.includes('/') ? [name] : ['pods', name];
  const { found, failures } = await find(call, { args, latest: true });
  if (!name.includes('/') && failures.some(each => isReason(each, 'NotFound'))) {
    const namespace = await call.cluster.namespace();
    throw new Failure(
      `error from server (NotFound): pods ${JSON.stringify(name)} not found in namespace ${JSON.stringify(namespace)}`,
    );
  }
  throwAll(failures);
  const [first] = found;
  if (first === undefined) return [];
  if (first.resource.kind === 'Pod') return sourcesOf(call, first.object, container);
  const pods = await untilPresent(call, flags.durationMs('pod-running-timeout'), () => podsOf(call, first));
  if (flags.bool('all-pods')) return pods.flatMap(pod => sourcesOf(call, pod, container));
  const [chosen, ...more] = pods.toSorted(byLogging);
  if (chosen === undefined) throw new Failure(`timed out waiting for the condition`);
  if (more.length > 0) call.terminal.err(`Found ${pods.length} pods, using pod/${nameOf(chosen)}\n`);
  return sourcesOf(call, chosen, container);
}

function sourcesOf(call: Call, pod: KubeObject, given: string): readonly LogSource[] {
  const { flags } = call;
  const [namespace, name] = podKey(pod);
  const prefixed = flags.bool('prefix') || flags.bool('all-pods');
  const source = (container: string): LogSource => ({
    namespace,
    pod: name,
    container,
    prefix: prefixed ? `[pod/${name}/${container}] ` : '',
  });
  const { main, init, ephemeral } = containersOf(pod);
  if (flags.bool('all-containers')) return [...init, ...main, ...ephemeral].map(source);
  if (given !== '' && ![...main, ...init, ...ephemeral].includes(given)) {
    throw new Failure(`container ${given} is not valid for pod ${name}`);
  }
  return [source(containerOf(call, pod, given, false))];
}
