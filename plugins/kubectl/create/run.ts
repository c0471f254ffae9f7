import { DRY_RUN_FLAG, fieldManager, PRINT_FLAGS } from '../builder/builder-flags.ts';
import { bool, duration, int, list, text, texts } from '../command/flag.ts';
import { usageFailure, type Call, type Verb } from '../command/verb.ts';
import { dig, listAt, numberAt, textAt } from '../dig.ts';
import { BareFailure, Failure } from '../failures.ts';
import { nameOf, namespaceOf, type KubeObject } from '../kube-object.ts';
import { resourcePath } from '../rest/api-resource.ts';
import { attachTo } from '../streams/attach.ts';
import { printLog } from '../streams/log-source.ts';
import { deleteObject } from '../write/delete-object.ts';
import { commandOf } from './deployment.ts';
import { exposeObject } from './expose-object.ts';
import { createGenerated, newMetadata } from './generator.ts';

export const runVerb: Verb = {
  usage:
    'NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...]',
  about: 'Create and run a particular image in a pod.',
  flags: [
    ...PRINT_FLAGS,
    DRY_RUN_FLAG,
    fieldManager('kubectl-run'),
    texts('annotations', 'Annotations of the pod.'),
    bool('attach', 'Wait for the pod and attach to it.'),
    bool('command', 'What follows is the command, not its arguments.'),
    texts('env', 'name=value for the container.'),
    bool('expose', 'Make a service for the port.'),
    text('image', 'Image to run.', { required: true }),
    text('image-pull-policy', 'When the image is pulled.'),
    text('labels', 'Labels of the pod.', { short: 'l' }),
    bool('leave-stdin-open', 'Stdin stays open for later attaches.'),
    text('overrides', 'JSON that is merged into the pod.'),
    text('override-type', 'merge, json or strategic.', { fallback: 'merge' }),
    duration('pod-running-timeout', 'How long to wait for the pod.', { fallback: '1m0s' }),
    text('port', 'Port the container exposes.'),
    bool('privileged', 'Run the container privileged.'),
    bool('quiet', 'Print what the container prints, nothing else.', { short: 'q' }),
    text('restart', 'Restart policy.', { fallback: 'Always' }),
    bool('rm', 'Delete the pod afterwards.'),
    bool('save-config', 'Keep the configuration in its annotation, for a later apply.'),
    bool('stdin', 'Keep stdin open.', { short: 'i' }),
    bool('tty', 'Give it a TTY.', { short: 't' }),
    int('grace-period', 'Seconds the pod has to end.', { fallback: '-1' }),
    bool('force', 'Delete at once.'),
    text('cascade', 'What becomes of what it owns.', { fallback: 'background', bare: 'background' }),
    duration('timeout', 'How long to wait for deletion.'),
    bool('wait', 'Wait for deletion.'),
    list('filename', 'Taken for compatibility.', { short: 'f' }),
  ],
  run,
};

async function run(call: Call): Promise<void> {
  const { flags, args, terminal } = call;
  const [name] = args;
  if (name === undefined || call.dash === 0) throw usageFailure(call, 'NAME is required for run');
  const image = flags.text('image');
  if (/\s/.test(image)) throw new Failure(`Invalid image name ${JSON.stringify(image)}: invalid reference format`);
  const attaches = flags.bool('attach') || (!flags.isGiven('attach') && (flags.bool('stdin') || flags.bool('tty')));
  checkRun(call, attaches);
  const pod = await overridden(call, podOf(call, name));
  const quiet = flags.bool('quiet') || attaches;
  const created = await createGenerated(attaches || quiet ? silent(call, attaches) : call, pod, { namespaced: true });
  if (flags.bool('expose')) await exposeRun(call, created);
  if (!attaches) return;
  const isOnce = flags.text('restart') === 'Never';
  try {
    await attachAndWait(call, created, isOnce);
  } finally {
    if (flags.bool('rm')) await removeRun(call, created);
  }
  if (!isOnce && !flags.bool('rm'))
    terminal.err(
      `Session ended, resume using 'kubectl attach ${nameOf(created)} -c ${nameOf(created)} -i -t' command when the pod is running\n`,
    );
}

/** A pod that is attached to is not told of. */
const silent = (call: Call, isSilent: boolean): Call =>
  isSilent ? { ...call, terminal: { ...call.terminal, out: () => undefined } } : call;

function checkRun(call: Call, attaches: boolean): void {
  const { flags } = call;
  if (flags.bool('rm') && !attaches) throw usageFailure(call, `--rm should only be used for attached containers`);
  if (flags.bool('rm') && flags.text('dry-run') !== 'none')
    throw usageFailure(call, '--rm should only be used for attached containers');
  if (attaches && flags.text('dry-run') !== 'none')
    throw usageFailure(
      call,
      `--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)`,
    );
  if (!['Always', 'OnFailure', 'Never'].includes(flags.text('restart')))
    throw usageFailure(call, `invalid restart policy: ${flags.text('restart')}`);
  if (flags.bool('expose') && flags.text('port') === '')
    throw usageFailure(call, '--port must be set when exposing a service');
}

function podOf(call: Call, name: string): KubeObject {
  const { flags } = call;
  const words = commandOf(call);
  const labels =
    flags.text('labels') === ''
      ? { run: name }
      : (Object.fromEntries(
          flags
            .text('labels')
            .split(',')
            .map(part => part.split('=')),
        ) as Readonly<Record<string, string>>);
  const annotations = flags
    .list('annotations')
    .map(part => [part.split('=')[0] ?? '', part.slice(part.indexOf('=') + 1)] as const);
  const env = flags.list('env').map(part => {
    if (!/^[^=]+=/.test(part)) throw new Failure(`invalid env: ${part}`);
    return { name: part.split('=')[0], value: part.slice(part.indexOf('=') + 1) };
  });
  const stdin = flags.bool('stdin');
  const container = {
    ...(words.length === 0 ? {} : flags.bool('command') ? { command: words } : { args: words }),
    ...(env.length > 0 ? { env } : {}),
    image: flags.text('image'),
    ...(flags.text('image-pull-policy') === '' ? {} : { imagePullPolicy: flags.text('image-pull-policy') }),
    name,
    ...(flags.text('port') === '' ? {} : { ports: [{ containerPort: Number(flags.text('port')) }] }),
    resources: {},
    ...(flags.bool('privileged') ? { securityContext: { privileged: true } } : {}),
    ...(stdin ? { stdin: true } : {}),
    ...(stdin && !flags.bool('leave-stdin-open') ? { stdinOnce: true } : {}),
    ...(flags.bool('tty') ? { tty: true } : {}),
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: newMetadata(name, {
      ...(annotations.length > 0 ? { annotations: Object.fromEntries(annotations) } : {}),
      labels,
    }),
    spec: { containers: [container], dnsPolicy: 'ClusterFirst', restartPolicy: flags.text('restart') },
    status: {},
  };
}

async function overridden({ flags }: Call, pod: KubeObject): Promise<KubeObject> {
  const overrides = flags.text('overrides');
  if (overrides === '') return pod;
  const { mergePatch } = await import('../write/merge-patch.ts');
  return mergePatch(pod, JSON.parse(overrides)) as KubeObject;
}

async function exposeRun(call: Call, pod: KubeObject): Promise<void> {
  const port = Number(call.flags.text('port'));
  const labels = dig(pod, 'metadata', 'labels');
  const spec = { ports: [{ port, protocol: 'TCP', targetPort: port }], selector: labels };
  await exposeObject(call, nameOf(pod), { spec });
}

async function attachAndWait(call: Call, pod: KubeObject, isOnce: boolean): Promise<void> {
  const { flags, terminal, world } = call;
  const end = world.clock.monotonicMs() + flags.durationMs('pod-running-timeout');
  const started = await untilPhase(call, pod, ['Running', 'Succeeded', 'Failed'], end);
  const container = textAt(pod, 'spec', 'containers', 0, 'name');
  const isOver = textAt(started, 'status', 'phase') !== 'Running';
  const source = { namespace: namespaceOf(pod), pod: nameOf(pod), container, prefix: '' };
  if (isOver) await printLog(call, source, {});
  else {
    try {
      await attachTo(call, started, { container, stdin: flags.bool('stdin'), tty: flags.bool('tty') });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      terminal.err(
        `warning: couldn't attach to pod/${nameOf(pod)}, falling back to streaming logs: ${error.message}\n`,
      );
      await printLog(call, source, { follow: 'true' });
    }
  }
  if (!isOnce) return;
  const ended = await untilPhase(call, pod, ['Succeeded', 'Failed'], Number.POSITIVE_INFINITY);
  if (textAt(ended, 'status', 'phase') === 'Succeeded') return;
  throwExit(ended, container);
}

function throwExit(pod: KubeObject, container: string): void {
  const status = listAt(pod, 'status', 'containerStatuses').find(each => textAt(each, 'name') === container);
  const code = numberAt(status, 'state', 'terminated', 'exitCode') ?? 0;
  if (code === 0) throw new Failure('pod failed with no error code');
  throw new BareFailure(`pod ${namespaceOf(pod)}/${nameOf(pod)} terminated (Error)`, code);
}

async function untilPhase(
  { cluster, world }: Call,
  pod: KubeObject,
  phases: readonly string[],
  end: number,
): Promise<KubeObject> {
  const client = await cluster.client();
  const path = resourcePath((await cluster.names()).named('pods'), namespaceOf(pod), nameOf(pod));
  for (;;) {
    const now = (await client.json(path)) as KubeObject;
    if (phases.includes(textAt(now, 'status', 'phase'))) return now;
    if (world.clock.monotonicMs() >= end) throw new Failure('timed out waiting for the condition');
    await world.timers.sleep(100);
  }
}

async function removeRun(call: Call, pod: KubeObject): Promise<void> {
  const { cluster, terminal, flags } = call;
  const found = { resource: (await cluster.names()).named('pods'), namespace: namespaceOf(pod), name: nameOf(pod) };
  await deleteObject(await cluster.client(), found, {
    graceSeconds: flags.int('grace-period'),
    propagation: 'Background',
    dryRun: 'none',
  });
  if (!flags.bool('quiet')) terminal.out(`pod ${JSON.stringify(nameOf(pod))} deleted\n`);
}
