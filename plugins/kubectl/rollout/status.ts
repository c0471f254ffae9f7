import { FILE_FLAGS, SELECTOR_FLAG } from '../builder/builder-flags.ts';
import { find, pathOf, type Found } from '../builder/found.ts';
import { bool, duration, int } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { textAt } from '../dig.ts';
import { Failure, throwAll } from '../failures.ts';
import { resourcePath } from '../rest/api-resource.ts';
import { watch } from '../rest/watch.ts';
import { rolloutProgress } from './progress.ts';

export const statusVerb: Verb = {
  usage: '(TYPE NAME | TYPE/NAME) [flags]',
  about: 'Show the status of the rollout.',
  flags: [
    ...FILE_FLAGS,
    SELECTOR_FLAG,
    int('revision', 'Revision to wait for; 0 for the last.'),
    duration('timeout', 'How long to wait; 0 for ever.'),
    bool('watch', 'Wait until it is done.', { fallback: 'true', short: 'w' }),
  ],
  run: status,
};

async function status(call: Call): Promise<void> {
  const { flags } = call;
  if (call.args.length === 0 && flags.list('filename').length === 0)
    throw new Failure('required resource not specified');
  const { found, failures } = await find(call, { latest: true, mayList: true });
  throwAll(failures);
  if (found.length === 0) call.terminal.err(`No resources found in ${await call.cluster.namespace()} namespace.\n`);
  for (const each of found) await untilRolledOut(call, each);
}

async function untilRolledOut({ flags, terminal, cluster }: Call, found: Found): Promise<void> {
  const client = await cluster.client();
  const timeoutMs = flags.durationMs('timeout');
  const ends = timeoutMs > 0 ? AbortSignal.timeout(Math.ceil(timeoutMs)) : undefined;
  const signal = ends === undefined ? terminal.over : AbortSignal.any([ends, terminal.over]);
  let now: unknown = await client.json(pathOf(found));
  for (;;) {
    const { message, isDone } = rolloutProgress(found.resource.kind, now, flags.int('revision'));
    terminal.out(message);
    if (isDone || !flags.bool('watch')) return;
    const query = {
      fieldSelector: `metadata.name=${found.name}`,
      resourceVersion: textAt(now, 'metadata', 'resourceVersion'),
    };
    let next: unknown;
    for await (const { type, object } of watch(client, resourcePath(found.resource, found.namespace), {
      query,
      signal,
    })) {
      if (type === 'DELETED') throw new Failure('object has been deleted');
      next = object;
      break;
    }
    if (signal.aborted) throw new Failure('timed out waiting for the condition');
    now = next ?? (await client.json(pathOf(found)));
  }
}
