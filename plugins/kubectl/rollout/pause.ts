import { fieldManager, FILE_FLAGS, PRINT_FLAGS, SELECTOR_FLAG } from '../builder/builder-flags.ts';
import { find } from '../builder/found.ts';
import type { Call, Verb } from '../command/verb.ts';
import { dig } from '../dig.ts';
import { Failure, throwAll } from '../failures.ts';
import { groupResource } from '../rest/api-resource.ts';
import { patchObject } from '../write/patch-object.ts';
import { reporter } from '../write/report.ts';

const pauseOrResume = (paused: boolean): Verb => ({
  usage: 'RESOURCE',
  about: paused ? 'Mark the provided resource as paused.' : 'Resume a paused resource.',
  flags: [...FILE_FLAGS, ...PRINT_FLAGS, SELECTOR_FLAG, fieldManager('kubectl-rollout')],
  run: call => setPaused(call, paused),
});

export const pauseVerb = pauseOrResume(true);
export const resumeVerb = pauseOrResume(false);

async function setPaused(call: Call, paused: boolean): Promise<void> {
  const report = await reporter(call);
  const { found, failures } = await find(call, { latest: true });
  const failed: unknown[] = [...failures];
  const [verb, done] = paused ? ['pausing', 'paused'] : ['resuming', 'resumed'];
  for (const each of found) {
    if (each.resource.kind !== 'Deployment') {
      failed.push(new Failure(`${groupResource(each.resource)} ${JSON.stringify(each.name)} ${verb} is not supported`));
      continue;
    }
    if ((dig(each.object, 'spec', 'paused') === true) === paused) {
      const already = paused ? 'is already paused' : 'is not paused';
      failed.push(new Failure(`${groupResource(each.resource)} ${JSON.stringify(each.name)} ${already}`));
      continue;
    }
    const made = await patchObject(
      await call.cluster.client(),
      each,
      { spec: { paused: paused ? true : null } },
      {
        type: 'strategic',
        fieldManager: call.flags.text('field-manager'),
      },
    );
    report(each, made, done);
  }
  throwAll(failed);
}
