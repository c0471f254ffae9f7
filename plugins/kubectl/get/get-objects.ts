import type { Call } from '../command/verb.ts';
import { listObjects } from '../builder/found.ts';
import { isReason, throwAll } from '../failures.ts';
import { isKubeObject, type KubeObject } from '../kube-object.ts';
import type { Printer } from '../print/printer.ts';
import { sortedBy } from '../print/sort-by.ts';
import { getPath, selectorQuery } from './get-query.ts';
import type { PlacedTarget } from './placed-target.ts';

export type ColumnsPrinter = (objects: readonly KubeObject[], withHeaders: boolean) => string;

/** Prints objects as they are: one by itself where one was asked for, else a list of them. */
export async function getObjects(
  call: Call,
  targets: readonly PlacedTarget[],
  before: readonly unknown[],
  printer: Printer | undefined,
  columns: ColumnsPrinter | undefined,
): Promise<void> {
  const { flags, terminal } = call;
  const outcomes = await Promise.allSettled(targets.map(target => objectsOf(call, target)));
  const failures: unknown[] = [...before];
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') continue;
    if (!(flags.bool('ignore-not-found') && isReason(outcome.reason, 'NotFound'))) failures.push(outcome.reason);
  }
  const found = outcomes.flatMap(outcome => (outcome.status === 'fulfilled' ? outcome.value : []));
  const isSingle = targets.length === 1 && targets[0]?.name !== undefined && flags.list('filename').length === 0;
  if (isSingle) throwAll(failures);
  if (found.length === 0 && flags.bool('ignore-not-found')) return throwAll(failures);
  const by = flags.text('sort-by');
  const sorted = by === '' ? found : sortedBy(by, found, object => object);
  const [first] = sorted;
  const whole = isSingle && first !== undefined ? first : listOf(sorted);
  if (columns !== undefined) terminal.out(columns([whole], true));
  else if (printer !== undefined) terminal.out(printer(whole));
  throwAll(failures);
}

const listOf = (items: readonly KubeObject[]): KubeObject => ({
  apiVersion: 'v1',
  kind: 'List',
  metadata: { resourceVersion: '' },
  items,
});

async function objectsOf(call: Call, target: PlacedTarget): Promise<readonly KubeObject[]> {
  const client = await call.cluster.client();
  if (target.name === undefined) return listObjects(client, target.resource, target.namespace, selectorQuery(call));
  const object = await client.json(getPath(target, call));
  return isKubeObject(object) ? [object] : [];
}
