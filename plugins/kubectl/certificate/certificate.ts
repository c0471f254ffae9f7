import { FILE_FLAGS, PRINT_FLAGS } from '../builder/builder-flags.ts';
import { findAll, pathOf } from '../builder/found.ts';
import { bool } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { listAt, textAt, withField } from '../dig.ts';
import { Failure } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { timeOf } from '../../../src/base/timestamp.ts';
import { reporter } from '../write/report.ts';

export const certificateVerb: Verb = {
  usage: 'SUBCOMMAND',
  about: 'Modify certificate resources.',
  subs: {
    approve: { about: 'Approve a certificate signing request', load: async () => judging('Approved', 'approved') },
    deny: { about: 'Deny a certificate signing request', load: async () => judging('Denied', 'denied') },
  },
};

const judging = (type: 'Approved' | 'Denied', operation: string): Verb => ({
  usage: '(-f FILENAME | NAME)',
  about: `${type === 'Approved' ? 'Approve' : 'Deny'} a certificate signing request.`,
  flags: [...FILE_FLAGS, ...PRINT_FLAGS, bool('force', 'Also where it is judged already.')],
  run: call => judge(call, type, operation),
});

async function judge(call: Call, type: string, operation: string): Promise<void> {
  const { args, flags, cluster, world } = call;
  if (args.length === 0 && flags.list('filename').length === 0) {
    throw new Failure('one or more CSRs must be specified as <name> or -f <filename>');
  }
  const report = await reporter(call);
  const named = args.length > 0 ? ['certificatesigningrequests', ...args] : [];
  for (const found of await findAll(call, { args: named, latest: true })) {
    const conditions = listAt(found.object, 'status', 'conditions');
    if (conditions.some(each => textAt(each, 'type') === type) && !flags.bool('force')) {
      report(found, found.object, operation);
      continue;
    }
    const condition = {
      type,
      status: 'True',
      reason: `Kubectl${type === 'Approved' ? 'Approve' : 'Deny'}`,
      message: `This CSR was ${operation} by kubectl certificate ${type === 'Approved' ? 'approve' : 'deny'}.`,
      lastUpdateTime: timeOf(world.clock.now()),
    };
    const others = conditions.filter(each => textAt(each, 'type') !== type);
    const next = withField(found.object, ['status', 'conditions'], [...others, condition]);
    const made = await (await cluster.client()).json(pathOf(found, 'approval'), { method: 'PUT', body: next });
    report(found, made as KubeObject, operation);
  }
}
