import type { Call } from '../command/verb.ts';
import { listAt, numberAt, textAt } from '../dig.ts';
import { StatusFailure } from '../failures.ts';
import { nameOf, namespaceOf, type KubeObject } from '../kube-object.ts';
import { timeMs } from '../../../src/base/timestamp.ts';
import type { Description } from './description.ts';
import { since } from './long-time.ts';

/** What is told of an object in events. */
export async function describeEvents(call: Call, out: Description, object: KubeObject): Promise<void> {
  if (!call.flags.bool('show-events')) return;
  const events = await eventsOf(call, object);
  if (events === undefined) return;
  if (events.length === 0) return out.line('Events:\t<none>');
  out.flush();
  out.line('Events:');
  out.line('Type\tReason\tAge\tFrom\tMessage', 1);
  out.line('----\t------\t----\t----\t-------', 1);
  for (const event of events) {
    const from = textAt(event, 'source', 'component') || textAt(event, 'reportingComponent');
    const message = textAt(event, 'message').trim();
    const cells = [textAt(event, 'type'), textAt(event, 'reason'), ageOf(event, call.world.clock.now()), from, message];
    out.line(cells.join('\t'), 1);
  }
}

export function ageOf(event: unknown, nowMs: number): string {
  const first = textAt(event, 'firstTimestamp') || textAt(event, 'eventTime');
  const series = numberAt(event, 'series', 'count');
  if (series !== undefined)
    return `${since(textAt(event, 'series', 'lastObservedTime'), nowMs)} (x${series} over ${since(first, nowMs)})`;
  const count = numberAt(event, 'count') ?? 0;
  if (count <= 1) return since(first, nowMs);
  return `${since(textAt(event, 'lastTimestamp'), nowMs)} (x${count} over ${since(first, nowMs)})`;
}

async function eventsOf({ cluster }: Call, object: KubeObject): Promise<readonly unknown[] | undefined> {
  const namespace = namespaceOf(object);
  const isNode = object.kind === 'Node';
  const fields = [
    `involvedObject.name=${nameOf(object)}`,
    ...(namespace === '' ? [] : [`involvedObject.namespace=${namespace}`]),
    ...(isNode
      ? []
      : [`involvedObject.kind=${object.kind}`, `involvedObject.uid=${textAt(object, 'metadata', 'uid')}`]),
  ];
  const path = namespace === '' ? '/api/v1/events' : `/api/v1/namespaces/${namespace}/events`;
  try {
    const list = await (await cluster.client()).json(path, {
      query: { fieldSelector: fields.join(','), limit: '500' },
    });
    return listAt(list, 'items').toSorted((a, b) => (lastMs(a) ?? 0) - (lastMs(b) ?? 0));
  } catch (error) {
    // Who may not see events is told all the rest.
    if (error instanceof StatusFailure) return undefined;
    throw error;
  }
}

const lastMs = (event: unknown): number | undefined =>
  timeMs(textAt(event, 'lastTimestamp')) ?? timeMs(textAt(event, 'eventTime'));
