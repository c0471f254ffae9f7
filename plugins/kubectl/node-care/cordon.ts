import { DRY_RUN_FLAG, SELECTOR_FLAG } from '../builder/builder-flags.ts';
import { findAll, shownName, type Found } from '../builder/found.ts';
import { usageFailure, type Call, type Verb } from '../command/verb.ts';
import { dig } from '../dig.ts';
import { dryRunNote, dryRunOf, dryRunQuery } from '../write/dry-run.ts';
import { patchObject } from '../write/patch-object.ts';

const cordonOrNot = (unschedulable: boolean): Verb => ({
  usage: 'NODE',
  about: `Mark node as ${unschedulable ? 'unschedulable' : 'schedulable'}.`,
  flags: [SELECTOR_FLAG, DRY_RUN_FLAG],
  async run(call) {
    for (const node of await nodesOf(call)) await setUnschedulable(call, node, unschedulable);
  },
});

export const cordonVerb = cordonOrNot(true);
export const uncordonVerb = cordonOrNot(false);

/** The nodes that arguments or a selector mean. */
export function nodesOf(call: Call): Promise<readonly Found[]> {
  const { args, flags, path } = call;
  const selector = flags.text('selector');
  if (args.length === 0 && selector === '') throw usageFailure(call, `USAGE: ${path.split(' ').at(-1)} NODE [flags]`);
  if (args.length > 0 && selector !== '')
    throw usageFailure(call, 'error: cannot specify both a node name and a --selector option');
  return findAll(call, { args: ['nodes', ...args], latest: true, mayList: true });
}

export async function setUnschedulable(call: Call, node: Found, unschedulable: boolean): Promise<void> {
  const { flags, terminal, cluster } = call;
  const dryRun = dryRunOf(flags);
  const done = unschedulable ? 'cordoned' : 'uncordoned';
  if ((dig(node.object, 'spec', 'unschedulable') === true) === unschedulable) {
    terminal.out(`${shownName(node)} already ${done}${dryRunNote(dryRun)}\n`);
    return;
  }
  if (dryRun !== 'client') {
    const patch = { spec: { unschedulable: unschedulable ? true : null } };
    await patchObject(await cluster.client(), node, patch, { type: 'strategic', dryRun: dryRunQuery(dryRun) });
  }
  terminal.out(`${shownName(node)} ${done}${dryRunNote(dryRun)}\n`);
}
