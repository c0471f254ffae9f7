import { DRY_RUN_FLAG, FILE_FLAGS, PRINT_FLAGS, SELECTOR_FLAG } from '../builder/builder-flags.ts';
import { find, type Found } from '../builder/found.ts';
import { int } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { dig, textsAt, type Fields } from '../dig.ts';
import { Failure, throwAll } from '../failures.ts';
import { Description } from '../describe/description.ts';
import { describeTemplate } from '../describe/template.ts';
import { shownName } from '../builder/found.ts';
import { dryRunNote, dryRunOf, dryRunQuery } from '../write/dry-run.ts';
import { patchObject } from '../write/patch-object.ts';
import { chosenRevision, plainTemplate, revisionsOf } from './revisions.ts';

export const undoVerb: Verb = {
  usage: '(TYPE NAME | TYPE/NAME) [flags]',
  about: 'Roll back to a previous rollout.',
  flags: [
    ...FILE_FLAGS,
    ...PRINT_FLAGS,
    SELECTOR_FLAG,
    DRY_RUN_FLAG,
    int('to-revision', 'The revision to go back to; 0 for the one before.'),
  ],
  run: undo,
};

async function undo(call: Call): Promise<void> {
  const { found, failures } = await find(call, { latest: true });
  throwAll(failures);
  for (const each of found) {
    call.terminal.out(`${shownName(each)} ${await rollBack(call, each)}\n`);
  }
}

async function rollBack(call: Call, found: Found): Promise<string> {
  const { flags, cluster } = call;
  if (found.resource.kind !== 'Deployment') {
    throw new Failure(`no rollbacker has been implemented for ${JSON.stringify(found.resource.kind)}`);
  }
  const number = flags.int('to-revision');
  if (number < 0) throw new Failure(`revision number cannot be negative: ${number}`);
  const dryRun = dryRunOf(flags);
  const revision = chosenRevision(await revisionsOf(call, found), number, found);
  const template = plainTemplate(revision.template);
  if (dryRun === 'client') {
    const description = new Description();
    describeTemplate(description, template);
    return `Pod Template:\n${description.raw()}${dryRunNote(dryRun)}`;
  }
  if (dig(found.object, 'spec', 'paused') === true) {
    throw new Failure(
      `you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again`,
    );
  }
  if (isDeepEqual(template, plainTemplate(dig(found.object, 'spec', 'template') as Fields))) {
    return `skipped rollback (current template already matches revision ${revision.number})`;
  }
  const patch = [
    { op: 'replace', path: '/spec/template', value: template },
    {
      op: 'replace',
      path: '/metadata/annotations',
      value: annotationsAfter(found, textsAt(revision.source, 'metadata', 'annotations')),
    },
  ];
  await patchObject(await cluster.client(), found, patch, { type: 'json', dryRun: dryRunQuery(dryRun) });
  return `rolled back${dryRunNote(dryRun)}`;
}

/** Those that say what the deployment is stay; the rest comes with the revision. */
const KEPT = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
];

function annotationsAfter(
  { object }: Found,
  ofRevision: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const own = Object.entries(textsAt(object, 'metadata', 'annotations')).filter(([key]) => KEPT.includes(key));
  const past = Object.entries(ofRevision).filter(([key]) => !KEPT.includes(key));
  return Object.fromEntries([...own, ...past]);
}
