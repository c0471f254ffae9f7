import { ALL_FLAG, DRY_RUN_FLAG, fieldManager, PRINT_FLAGS, SELECTOR_FLAG } from '../builder/builder-flags.ts';
import { findAll } from '../builder/found.ts';
import { bool } from '../command/flag.ts';
import { usageFailure, type Call, type Verb } from '../command/verb.ts';
import { listAt, textAt, withField, type Fields } from '../dig.ts';
import { Failure } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { dryRunOf, dryRunQuery } from '../write/dry-run.ts';
import { patchObject } from '../write/patch-object.ts';
import { reporter } from '../write/report.ts';

export const taintVerb: Verb = {
  usage: 'NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N',
  about: 'Update the taints on one or more nodes.',
  flags: [
    ...PRINT_FLAGS,
    SELECTOR_FLAG,
    ALL_FLAG,
    DRY_RUN_FLAG,
    fieldManager('kubectl-taint'),
    bool('overwrite', 'Overwrite taints that are there.'),
  ],
  run: taint,
};

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

async function taint(call: Call): Promise<void> {
  const { flags, args, cluster } = call;
  const first = args.findIndex(arg => /[=:]|-$/.test(arg));
  const specs = first < 0 ? [] : args.slice(first);
  const resources = first < 0 ? args : args.slice(0, first);
  if (args.length === 0) throw new Failure('one or more resources must be specified as <resource> <name>');
  if (specs.length === 0) throw new Failure('at least one taint update is required');
  const set = specs.filter(spec => !spec.endsWith('-')).map(spec => taintOf(call, spec));
  const removed = specs.filter(spec => spec.endsWith('-')).map(spec => removal(spec.slice(0, -1)));
  const dryRun = dryRunOf(flags);
  const report = await reporter(call, dryRun);
  for (const node of await findAll(call, { args: resources, latest: true })) {
    if (node.resource.kind !== 'Node')
      throw new Failure(`invalid resource type ${node.resource.resource}, only node(s) is supported`);
    const old = listAt(node.object, 'spec', 'taints') as readonly Fields[];
    const { taints, operation } = changed(node.name, old, set, removed, flags.bool('overwrite'));
    const next = withField(node.object, ['spec', 'taints'], taints.length > 0 ? taints : null) as KubeObject;
    const patch = { spec: { taints: taints.length > 0 ? taints : null } };
    const options = { type: 'merge', fieldManager: flags.text('field-manager'), dryRun: dryRunQuery(dryRun) } as const;
    const made = dryRun === 'client' ? next : await patchObject(await cluster.client(), node, patch, options);
    report(node, made, operation);
  }
}

function taintOf(call: Call, spec: string): Taint {
  const [, key = '', value = '', effect = ''] = /^([^=:]+)(?:=([^:]*))?:(.*)$/.exec(spec) ?? [];
  if (key === '') throw new Failure(`invalid taint spec: ${spec}`);
  if (!EFFECTS.includes(effect)) throw usageFailure(call, `invalid taint effect: ${effect}, unsupported taint effect`);
  return { key, value, effect };
}

function removal(spec: string): Pick<Taint, 'key' | 'effect'> {
  const [, key = '', effect = ''] = /^([^=:]+)(?:=[^:]*)?(?::(.*))?$/.exec(spec) ?? [];
  if (effect !== '' && !EFFECTS.includes(effect))
    throw new Failure(`invalid taint effect: ${effect}, unsupported taint effect`);
  return { key, effect };
}

function changed(
  node: string,
  old: readonly Fields[],
  set: readonly Taint[],
  removed: readonly Pick<Taint, 'key' | 'effect'>[],
  overwrite: boolean,
): { readonly taints: readonly unknown[]; readonly operation: string } {
  const isSame = (a: unknown, b: Pick<Taint, 'key' | 'effect'>): boolean =>
    textAt(a, 'key') === b.key && (b.effect === '' || textAt(a, 'effect') === b.effect);
  const taken = set.filter(each => old.some(there => isSame(there, each)));
  if (taken.length > 0 && !overwrite) {
    const [first] = taken;
    throw new Failure(
      `node ${node} already has ${first?.key ?? ''} taint(s) with same effect(s) and --overwrite is false`,
    );
  }
  for (const each of removed) {
    if (!old.some(there => isSame(there, each)))
      throw new Failure(
        `taint ${JSON.stringify(each.effect === '' ? each.key : `${each.key}:${each.effect}`)} not found`,
      );
  }
  const kept = old.filter(
    there => !set.some(each => isSame(there, each)) && !removed.some(each => isSame(there, each)),
  );
  const added = set.map(({ key, value, effect }) => ({ effect, key, ...(value === '' ? {} : { value }) }));
  const operation = set.length === 0 ? 'untainted' : taken.length > 0 || removed.length > 0 ? 'modified' : 'tainted';
  return { taints: [...added, ...kept], operation };
}
