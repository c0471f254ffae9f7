import { PRINT_FLAGS } from '../builder/builder-flags.ts';
import { listObjects } from '../builder/found.ts';
import { bool, int, list, text } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { textAt } from '../dig.ts';
import { Failure } from '../failures.ts';
import { namespaceOf, type KubeObject } from '../kube-object.ts';
import { timeMs } from '../../../src/base/timestamp.ts';
import { ageOf } from '../describe/events.ts';
import { printerOf, refuseFormat } from '../print/printer.ts';
import { alignTabs, TABLE_TABS } from '../print/tab-text.ts';
import { resourcePath } from '../rest/api-resource.ts';
import { watch } from '../rest/watch.ts';

export const eventsVerb: Verb = {
  usage: '[(-o|--output=)FORMAT] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]',
  about: 'Display events.',
  flags: [
    ...PRINT_FLAGS,
    bool('all-namespaces', 'Events of all namespaces.', { short: 'A' }),
    int('chunk-size', 'How many objects a page holds.', { fallback: '500' }),
    text('for', 'Events about this object.'),
    bool('no-headers', 'Do not print headers.'),
    list('types', 'Events of these types.'),
    bool('watch', 'Go on as events come.', { short: 'w' }),
  ],
  run: events,
};

const whenMs = (event: unknown): number =>
  timeMs(textAt(event, 'series', 'lastObservedTime')) ??
  timeMs(textAt(event, 'lastTimestamp')) ??
  timeMs(textAt(event, 'eventTime')) ??
  timeMs(textAt(event, 'metadata', 'creationTimestamp')) ??
  0;

async function events(call: Call): Promise<void> {
  const { flags, terminal, cluster } = call;
  const printer = await printerOf(call);
  if (printer === undefined && flags.text('output') !== '') throw refuseFormat(flags.text('output'));
  const types = flags.list('types').map(type => type.toLowerCase());
  const unknown = types.find(type => type !== 'normal' && type !== 'warning');
  if (unknown !== undefined) throw new Failure(`valid --types are Normal or Warning`);
  const isEverywhere = flags.bool('all-namespaces');
  const namespace = isEverywhere ? '' : await cluster.namespace();
  const fieldSelector = await about(call);
  const client = await cluster.client();
  const resource = (await cluster.names()).named('events');
  const isWanted = (event: unknown): boolean =>
    types.length === 0 || types.includes(textAt(event, 'type').toLowerCase());
  const all = (await listObjects(client, resource, namespace, { fieldSelector })).filter(isWanted);
  const sorted = all.toSorted((a, b) => whenMs(a) - whenMs(b));
  if (flags.bool('watch')) {
    const print = rowPrinter(call);
    terminal.out(print(sorted));
    const list = await client.json(resourcePath(resource, namespace), { query: { fieldSelector, limit: '1' } });
    const query = { fieldSelector, resourceVersion: textAt(list, 'metadata', 'resourceVersion') };
    for await (const { type, object } of watch(client, resourcePath(resource, namespace), {
      query,
      signal: terminal.over,
    })) {
      if (type !== 'DELETED' && isWanted(object))
        terminal.out(printer === undefined ? print([object as KubeObject]) : printer(object as KubeObject));
    }
    return;
  }
  if (printer !== undefined) {
    terminal.out(printer({ apiVersion: 'v1', kind: 'List', items: sorted, metadata: {} }));
    return;
  }
  if (sorted.length === 0) {
    terminal.err(isEverywhere ? 'No events found.\n' : `No events found in ${namespace} namespace.\n`);
    return;
  }
  terminal.out(rowPrinter(call)(sorted));
}

async function about({ flags, cluster }: Call): Promise<string | undefined> {
  const given = flags.text('for');
  if (given === '') return undefined;
  const [type = '', name = ''] = given.split('/');
  if (type === '' || name === '') throw new Failure(`--for must be in resource/name form`);
  const resource = (await cluster.names()).named(type);
  return `involvedObject.kind=${resource.kind},involvedObject.name=${name}`;
}

/** Headers once; columns never get narrower. */
function rowPrinter({ flags, world }: Call): (events: readonly KubeObject[]) => string {
  const remembered: number[] = [];
  const isEverywhere = flags.bool('all-namespaces');
  let hasHeader = flags.bool('no-headers');
  return some => {
    const header = hasHeader ? [] : [`${isEverywhere ? 'NAMESPACE\t' : ''}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE`];
    hasHeader = true;
    const rows = some.map(event => {
      const object = `${textAt(event, 'involvedObject', 'kind')}/${textAt(event, 'involvedObject', 'name')}`;
      const cells = [
        ageOf(event, world.clock.now()),
        textAt(event, 'type'),
        textAt(event, 'reason'),
        object,
        textAt(event, 'message').trim(),
      ];
      return [...(isEverywhere ? [namespaceOf(event)] : []), ...cells].join('\t');
    });
    return alignTabs([...header, ...rows].map(row => `${row}\n`).join(''), TABLE_TABS, remembered);
  };
}
