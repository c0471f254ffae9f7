import { messageOf } from '../../../src/base/message-of.ts';
import { ALL_FLAG, DRY_RUN_FLAG, FILE_FLAGS, PRINT_FLAGS, SELECTOR_FLAG } from '../builder/builder-flags.ts';
import { find, pathOf, type Found } from '../builder/found.ts';
import { duration, int, text } from '../command/flag.ts';
import { usageFailure, type Call, type Verb } from '../command/verb.ts';
import { numberAt, textAt } from '../dig.ts';
import { Failure, throwAll } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { dryRunOf, dryRunQuery } from './dry-run.ts';
import { reporter } from './report.ts';

export const scaleVerb: Verb = {
  usage: '[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)',
  about: 'Set a new size for a deployment, replica set, replication controller, or stateful set.',
  flags: [
    ...FILE_FLAGS,
    ...PRINT_FLAGS,
    SELECTOR_FLAG,
    ALL_FLAG,
    DRY_RUN_FLAG,
    int('current-replicas', 'Only where there are as many now.', { fallback: '-1' }),
    int('replicas', 'How many there shall be.', { required: true }),
    text('resource-version', 'Only where the object is of this version.'),
    duration('timeout', 'How long to wait until there are as many.'),
  ],
  run: scale,
};

async function scale(call: Call): Promise<void> {
  const { flags, cluster } = call;
  const replicas = flags.int('replicas');
  if (replicas < 0)
    throw usageFailure(call, 'The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
  const dryRun = dryRunOf(flags);
  const report = await reporter(call, dryRun);
  const { found, failures } = await find(call, { latest: true });
  if (found.length === 0) throw new Failure(`no objects passed to scale ${failures.map(messageOf).join(', ')}`);
  const client = await cluster.client();
  for (const each of found) {
    if (!each.resource.subresources.includes('scale')) {
      await client.json(pathOf(each, 'scale'));
    }
    await checkNow(call, each);
    const options = { method: 'PATCH', contentType: 'application/merge-patch+json' } as const;
    const query = { dryRun: dryRunQuery(dryRun) };
    let made: KubeObject = each.object;
    if (dryRun !== 'client') {
      await client.json(pathOf(each, 'scale'), { ...options, query, body: { spec: { replicas } } });
      made = (await client.json(pathOf(each))) as KubeObject;
    }
    report(each, made, 'scaled');
    if (flags.durationMs('timeout') > 0) await untilScaled(call, each, replicas);
  }
  throwAll(failures);
}

async function checkNow({ flags, cluster }: Call, found: Found): Promise<void> {
  const [wanted, version] = [flags.int('current-replicas'), flags.text('resource-version')];
  if (wanted < 0 && version === '') return;
  const now = await (await cluster.client()).json(pathOf(found, 'scale'));
  const current = numberAt(now, 'spec', 'replicas') ?? 0;
  if (wanted >= 0 && current !== wanted) throw new Failure(`Expected replicas to be ${wanted}, was ${current}`);
  const there = textAt(now, 'metadata', 'resourceVersion');
  if (version !== '' && there !== version)
    throw new Failure(`Expected resource version to be ${version}, was ${there}`);
}

async function untilScaled({ flags, cluster, world }: Call, found: Found, replicas: number): Promise<void> {
  const client = await cluster.client();
  const end = world.clock.monotonicMs() + flags.durationMs('timeout');
  while (world.clock.monotonicMs() < end) {
    const now = await client.json(pathOf(found, 'scale'));
    if ((numberAt(now, 'status', 'replicas') ?? 0) === replicas) return;
    await world.timers.sleep(500);
  }
  throw new Failure('timed out waiting for the condition');
}
