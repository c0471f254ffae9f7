import type { AnyObject } from '../../../../src/api/object-meta.ts';
import { own } from '../../../../src/base/is-record.ts';

/** What a field is called here, and in the core's events; the others are called the same. */
const CALLED = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
] as const;

/** An event of events.k8s.io as one of the core, which is how it is stored. */
export const toCoreEvent = (event: AnyObject): AnyObject =>
  renamed(
    event,
    'v1',
    CALLED.map(([here, core]) => [here, core]),
  );

export const fromCoreEvent = (event: AnyObject): AnyObject =>
  renamed(
    event,
    'events.k8s.io/v1',
    CALLED.map(([here, core]) => [core, here]),
  );

function renamed(event: AnyObject, apiVersion: string, names: readonly (readonly [string, string])[]): AnyObject {
  const result: Record<string, unknown> & AnyObject = { ...event, apiVersion };
  const values = names.map(([from, to]) => [to, own(result, from)] as const);
  for (const [from] of names) delete result[from];
  for (const [to, value] of values) if (value !== undefined) result[to] = value;
  return result;
}
