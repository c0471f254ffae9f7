import {
  ALL_FLAG,
  DRY_RUN_FLAG,
  fieldManager,
  FILE_FLAGS,
  LOCAL_FLAG,
  PRINT_FLAGS,
  SELECTOR_FLAG,
} from '../builder/builder-flags.ts';
import { find, type Found } from '../builder/found.ts';
import type { FlagSpec } from '../command/flag.ts';
import type { Call } from '../command/verb.ts';
import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { Failure, throwAll } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { mergeRules } from '../apply/apply-client-side.ts';
import { threeWayPatch } from '../apply/three-way-patch.ts';
import { dryRunOf, dryRunQuery } from '../write/dry-run.ts';
import { patchObject } from '../write/patch-object.ts';
import { reporter } from '../write/report.ts';

export const SET_FLAGS: readonly FlagSpec[] = [
  ...FILE_FLAGS,
  ...PRINT_FLAGS,
  SELECTOR_FLAG,
  ALL_FLAG,
  DRY_RUN_FLAG,
  LOCAL_FLAG,
  fieldManager('kubectl-set'),
];

export interface ObjectChange {
  readonly args: readonly string[];
  /** What is said of a changed object: `image updated`. */
  readonly operation: string;
  readonly change: (found: Found) => KubeObject;
}

/** Changes objects by patches of what differs; with `--local` it only prints what they would be. */
export async function changeObjects(call: Call, { args, operation, change }: ObjectChange): Promise<void> {
  const { flags, cluster } = call;
  const dryRun = dryRunOf(flags);
  const local = flags.bool('local');
  if (local && dryRun === 'server')
    throw new Failure('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
  const report = await reporter(call, dryRun);
  const { found, failures } = await find(call, { args, latest: !local, local });
  const failed: unknown[] = [...failures];
  for (const each of found) {
    try {
      const next = change(each);
      if (isDeepEqual(next, each.object) && !local) continue;
      if (local || dryRun === 'client') {
        report(each, next, operation);
        continue;
      }
      const rules = await mergeRules(call, each);
      const made = await patchObject(
        await cluster.client(),
        each,
        threeWayPatch(each.object, next, each.object, rules),
        {
          type: rules === undefined ? 'merge' : 'strategic',
          fieldManager: flags.text('field-manager'),
          dryRun: dryRunQuery(dryRun),
        },
      );
      report(each, made, operation);
    } catch (error) {
      failed.push(error);
    }
  }
  throwAll(failed);
}

/** Parts `TYPE/NAME k=v ...` or `TYPE NAME k=v ...`. */
export function resourcesAndPairs(args: readonly string[]): {
  readonly resources: readonly string[];
  readonly pairs: readonly string[];
} {
  const isPair = (arg: string): boolean => arg.includes('=') || /^[^/]+-$/.test(arg);
  const first = args.findIndex(isPair);
  return first < 0 ? { resources: args, pairs: [] } : { resources: args.slice(0, first), pairs: args.slice(first) };
}
