import {
  ALL_FLAG,
  FIELD_SELECTOR_FLAG,
  FILE_FLAGS,
  LOCAL_FLAG,
  PRINT_FLAGS,
  SELECTOR_FLAG,
} from '../builder/builder-flags.ts';
import { find, pathOf, type Found } from '../builder/found.ts';
import { bool, duration, texts } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { textAt } from '../dig.ts';
import { Failure, isReason, throwAll } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { groupResource, resourcePath } from '../rest/api-resource.ts';
import type { RestClient } from '../rest/rest-client.ts';
import { watch } from '../rest/watch.ts';
import { reporter } from '../write/report.ts';
import { goalOf, type Goal } from './goal.ts';

export const waitVerb: Verb = {
  usage: `([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]`,
  about: 'Wait for a specific condition on one or many resources.',
  flags: [
    ...FILE_FLAGS,
    ...PRINT_FLAGS,
    SELECTOR_FLAG,
    FIELD_SELECTOR_FLAG,
    ALL_FLAG,
    LOCAL_FLAG,
    bool('all-namespaces', 'Objects of all namespaces.', { short: 'A' }),
    texts('for', "What to wait for: create, delete, condition=name[=value], jsonpath='{path}'[=value]."),
    duration('timeout', 'How long to wait for each; 0 asks once, less than 0 is a week.', { fallback: '30s' }),
  ],
  run: wait,
};

const WEEK_MS = 7 * 24 * 3_600_000;
const POLL_MS = 100;

async function wait(call: Call): Promise<void> {
  const { flags, world } = call;
  const goals = flags
    .list('for')
    .filter(each => each !== '')
    .map(goalOf);
  if (goals.length === 0) throw new Failure('unrecognized condition: ""');
  const given = flags.durationMs('timeout');
  const end = world.clock.monotonicMs() + (given < 0 ? WEEK_MS : given);
  const report = await reporter(call);
  for (const goal of goals) {
    const all = await whatToWaitFor(call, goal, end);
    const failures: unknown[] = [];
    for (const each of all) {
      try {
        const object = await untilReached(call, each, goal, end);
        report(each, object, 'condition met');
      } catch (error) {
        failures.push(error);
      }
    }
    throwAll(failures);
  }
}

async function whatToWaitFor(call: Call, goal: Goal, end: number): Promise<readonly Found[]> {
  const { world } = call;
  const options = { latest: true, allNamespaces: call.flags.bool('all-namespaces') };
  for (;;) {
    const { found, failures } = await find(call, options);
    const isMissing = failures.length > 0 && failures.every(each => isReason(each, 'NotFound'));
    if (goal.type === 'create' && (isMissing || found.length === 0) && world.clock.monotonicMs() < end) {
      await world.timers.sleep(POLL_MS);
      continue;
    }
    if (goal.type === 'delete' && isMissing) return found;
    if (goal.type === 'create' && isMissing) throw new Failure('timed out waiting for the condition');
    throwAll(failures);
    if (found.length === 0) throw new Failure('no matching resources found');
    return found;
  }
}

const timedOut = (about: string): string => `timed out waiting for the condition on ${about}`;

async function untilReached(call: Call, found: Found, goal: Goal, end: number): Promise<KubeObject> {
  const { cluster, world, terminal } = call;
  if (goal.type === 'create') return found.object;
  const client = await cluster.client();
  const about = `${groupResource(found.resource)}/${found.name}`;
  let asked = false;
  while (!asked || world.clock.monotonicMs() < end) {
    asked = true;
    const now = await currentOf(client, found);
    if (now === undefined) {
      if (goal.type === 'delete') return found.object;
      throw goal.type === 'condition' || goal.type === 'jsonpath'
        ? new Failure(`${groupResource(found.resource)} ${JSON.stringify(found.name)} not found`)
        : new Failure(timedOut(about));
    }
    if (goal.isMet(now)) return now;
    const leftMs = end - world.clock.monotonicMs();
    if (leftMs <= 0) break;
    const signal = AbortSignal.any([AbortSignal.timeout(Math.ceil(leftMs)), terminal.over]);
    const seen = await watchFor(client, found, goal, {
      signal,
      resourceVersion: textAt(now, 'metadata', 'resourceVersion'),
    });
    if (seen !== undefined) return seen;
  }
  throw new Failure(timedOut(about));
}

async function currentOf(client: RestClient, found: Found): Promise<KubeObject | undefined> {
  try {
    const now = (await client.json(pathOf(found))) as KubeObject;
    const isOther = textAt(now, 'metadata', 'uid') !== textAt(found.object, 'metadata', 'uid');
    return isOther && textAt(found.object, 'metadata', 'uid') !== '' ? undefined : now;
  } catch (error) {
    if (isReason(error, 'NotFound')) return undefined;
    throw error;
  }
}

async function watchFor(
  client: RestClient,
  found: Found,
  goal: Goal,
  { signal, resourceVersion }: { readonly signal: AbortSignal; readonly resourceVersion: string },
): Promise<KubeObject | undefined> {
  const query = { fieldSelector: `metadata.name=${found.name}`, resourceVersion };
  for await (const { type, object } of watch(client, resourcePath(found.resource, found.namespace), {
    query,
    signal,
  })) {
    const seen = object as KubeObject;
    if (type === 'DELETED') return goal.type === 'delete' ? seen : undefined;
    if (goal.isMet(seen)) return seen;
  }
  return undefined;
}
