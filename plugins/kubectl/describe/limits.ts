import type { Call } from '../command/verb.ts';
import { fieldsAt, listAt, textAt, textsAt } from '../dig.ts';
import { canonicalQuantity, formatQuantity, readQuantity, wholeUnits } from '../../../src/base/quantity.ts';
import { nameOf, namespaceOf, type KubeObject } from '../kube-object.ts';
import type { Description } from './description.ts';

const BOUNDS = ['min', 'max', 'defaultRequest', 'default', 'maxLimitRequestRatio'] as const;
const HEADER = 'Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio';
const RULER = '----\t--------\t---\t---\t---------------\t-------------\t-----------------------';

export function describeLimitRange(_call: Call, out: Description, range: KubeObject): Promise<void> {
  describeNames(out, range);
  for (const line of [HEADER, RULER, ...boundLines(range)]) out.line(line);
  return Promise.resolve();
}

/** All ranges of a namespace in one table. */
export function describeLimitRanges(out: Description, ranges: readonly KubeObject[]): void {
  if (ranges.length === 0) return out.line('No LimitRange resource.');
  out.line('Resource Limits');
  for (const line of [HEADER, RULER, ...ranges.flatMap(boundLines)]) out.line(` ${line}`);
}

const boundLines = (range: KubeObject): readonly string[] =>
  listAt(range, 'spec', 'limits').flatMap(item => {
    const bounds = BOUNDS.map(bound => textsAt(item, bound));
    const names = [...new Set(bounds.flatMap(Object.keys))];
    return names.map(name => [textAt(item, 'type'), name, ...bounds.map(amounts => shown(amounts[name]))].join('\t'));
  });

const shown = (amount: string | undefined): string => (amount === undefined ? '-' : canonicalQuantity(amount));

export function describeQuota(_call: Call, out: Description, quota: KubeObject): Promise<void> {
  describeNames(out, quota);
  for (const line of scopeLines(quota, ' ')) out.line(line);
  out.line('Resource\tUsed\tHard');
  out.line('--------\t----\t----');
  for (const { name, used, hard } of amountsOf(quota))
    out.line(`${name}\t${inUnitsOf(used, hard)}\t${canonicalQuantity(hard)}`);
  return Promise.resolve();
}

/** All quotas of a namespace, one after the other. */
export function describeQuotas(out: Description, quotas: readonly KubeObject[]): void {
  if (quotas.length === 0) return out.line('No resource quota.');
  out.line('Resource Quotas');
  for (const quota of quotas.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))) {
    out.field('Name', nameOf(quota), 1);
    for (const line of scopeLines(quota, '')) out.line(line, 1);
    out.line('Resource\tUsed\tHard', 1);
    out.line('--------\t---\t---', 1);
    for (const { name, used, hard } of amountsOf(quota)) {
      out.line(`${name}\t${canonicalQuantity(used)}\t${canonicalQuantity(hard)}`, 1);
    }
  }
}

function describeNames(out: Description, object: KubeObject): void {
  out.field('Name', nameOf(object));
  out.field('Namespace', namespaceOf(object));
}

const MEANINGS: Readonly<Record<string, string>> = {
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort:
    'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort:
    'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
};

function scopeLines(quota: KubeObject, indent: string): readonly string[] {
  const scopes = listAt(quota, 'spec', 'scopes').map(String).sort();
  if (scopes.length === 0) return [];
  const meanings = scopes.flatMap(scope => MEANINGS[scope] ?? []).map(text => `${indent}* ${text}`);
  return [`Scopes:\t${scopes.join(', ')}`, ...meanings];
}

const amountsOf = (quota: KubeObject) =>
  Object.keys(fieldsAt(quota, 'status', 'hard'))
    .sort()
    .map(name => ({
      name,
      used: textAt(quota, 'status', 'used', name) || '0',
      hard: textAt(quota, 'status', 'hard', name),
    }));

/** What is used, in the kind of units that its limit has. */
function inUnitsOf(used: string, hard: string): string {
  const [amount, limit] = [readQuantity(used), readQuantity(hard)];
  if (amount === undefined || limit === undefined) return used;
  if (amount.format === limit.format) return formatQuantity(amount);
  return formatQuantity({ nano: BigInt(wholeUnits(amount)) * 1_000_000_000n, format: limit.format });
}
