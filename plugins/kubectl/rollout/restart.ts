import { fieldManager, FILE_FLAGS, PRINT_FLAGS, SELECTOR_FLAG } from '../builder/builder-flags.ts';
import { find } from '../builder/found.ts';
import type { Call, Verb } from '../command/verb.ts';
import { dig } from '../dig.ts';
import { Failure, throwAll } from '../failures.ts';
import { groupResource } from '../rest/api-resource.ts';
import { patchObject } from '../write/patch-object.ts';
import { reporter } from '../write/report.ts';
import { timeOf } from '../../../src/base/timestamp.ts';

const RESTARTED = new Set(['Deployment', 'DaemonSet', 'StatefulSet']);

export const restartVerb: Verb = {
  usage: 'RESOURCE',
  about: 'Restart a resource.',
  flags: [...FILE_FLAGS, ...PRINT_FLAGS, SELECTOR_FLAG, fieldManager('kubectl-rollout')],
  run: restart,
};

async function restart(call: Call): Promise<void> {
  const report = await reporter(call);
  const { found, failures } = await find(call, { latest: true });
  const failed: unknown[] = [...failures];
  const annotations = { 'kubectl.kubernetes.io/restartedAt': timeOf(call.world.clock.now()) };
  for (const each of found) {
    const about = `${groupResource(each.resource)} ${JSON.stringify(each.name)}`;
    if (!RESTARTED.has(each.resource.kind)) {
      failed.push(new Failure(`${about} restarting is not supported`));
      continue;
    }
    if (dig(each.object, 'spec', 'paused') === true) {
      failed.push(new Failure(`${about} can't restart paused deployment (run rollout resume first)`));
      continue;
    }
    const patch = { spec: { template: { metadata: { annotations } } } };
    const options = { type: 'strategic', fieldManager: call.flags.text('field-manager') } as const;
    report(each, await patchObject(await call.cluster.client(), each, patch, options), 'restarted');
  }
  throwAll(failed);
}
