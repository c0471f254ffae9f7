import { usageFailure, type Call } from '../command/verb.ts';
import { Failure } from '../failures.ts';

export interface KeyChanges {
  readonly set: Readonly<Record<string, string>>;
  readonly removed: readonly string[];
  /** Arguments that are resources. */
  readonly resources: readonly string[];
}

/** Parts `TYPE NAME a=b c-` into what is meant and what is done to it. */
export function keyChanges(call: Call, what: 'label' | 'annotation'): KeyChanges {
  const first = call.args.findIndex(arg => arg.includes('=') || arg.endsWith('-'));
  const resources = first < 0 ? call.args : call.args.slice(0, first);
  const given = first < 0 ? [] : call.args.slice(first);
  const set: Record<string, string> = {};
  const removed: string[] = [];
  for (const arg of given) {
    const at = arg.indexOf('=');
    if (at > 0) set[arg.slice(0, at)] = arg.slice(at + 1);
    else if (arg.endsWith('-') && at < 0) removed.push(arg.slice(0, -1));
    else if (resources.length > 0 && at === 0) throw usageFailure(call, `invalid ${what} spec: ${arg}`);
    else throw new Failure(`unknown ${what} spec: ${arg}`);
  }
  const both = removed.find(key => Object.hasOwn(set, key));
  if (both !== undefined)
    throw new Failure(
      `can not both modify and remove ${what === 'label' ? 'a label' : 'an annotation'} in the same command`,
    );
  return { set, removed, resources };
}
