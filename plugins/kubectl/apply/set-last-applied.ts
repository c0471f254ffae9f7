import { DRY_RUN_FLAG, FILE_FLAGS, PRINT_FLAGS } from '../builder/builder-flags.ts';
import { findAll, pathOf } from '../builder/found.ts';
import { bool } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { Failure } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { goJson } from '../print/json.ts';
import { dryRunOf, dryRunQuery } from '../write/dry-run.ts';
import { patchObject } from '../write/patch-object.ts';
import { reporter } from '../write/report.ts';
import { LAST_APPLIED, lastApplied } from './last-applied.ts';

export const setLastAppliedVerb: Verb = {
  usage: '-f FILENAME',
  about: 'Set the latest last-applied-configuration annotations by setting it to match the contents of a file.',
  flags: [
    ...FILE_FLAGS,
    ...PRINT_FLAGS,
    DRY_RUN_FLAG,
    bool('create-annotation', 'Also where there is no annotation yet.'),
  ],
  run: setLastApplied,
};

async function setLastApplied(call: Call): Promise<void> {
  const { flags, cluster } = call;
  const dryRun = dryRunOf(flags);
  const report = await reporter(call, dryRun);
  const client = await cluster.client();
  for (const found of await findAll(call)) {
    const current = (await client.json(pathOf(found))) as KubeObject;
    if (lastApplied(current) === undefined && !flags.bool('create-annotation')) {
      throw new Failure(
        `no last-applied-configuration annotation found on resource: ${found.name}, to create the annotation, run the command with --create-annotation`,
      );
    }
    const annotations = { [LAST_APPLIED]: `${goJson(found.object)}\n` };
    const options = { type: 'merge', dryRun: dryRunQuery(dryRun) } as const;
    const object =
      dryRun === 'client' ? found.object : await patchObject(client, found, { metadata: { annotations } }, options);
    report(found, object, 'configured');
  }
}
