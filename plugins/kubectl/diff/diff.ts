import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fieldManager, FILE_FLAGS, SELECTOR_FLAG } from '../builder/builder-flags.ts';
import { find, pathOf, type Found } from '../builder/found.ts';
import { bool, int, list } from '../command/flag.ts';
import { usageFailure, type Call, type Verb } from '../command/verb.ts';
import { Failure, failureText, isReason, throwAll } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { mergeRules } from '../apply/apply-client-side.ts';
import { lastApplied, withLastApplied } from '../apply/last-applied.ts';
import { threeWayPatch } from '../apply/three-way-patch.ts';
import { withoutManagedFields } from '../print/printer.ts';
import { printYaml } from '../print/yaml.ts';
import { createObject } from '../write/create-object.ts';
import { patchObject } from '../write/patch-object.ts';

export const diffVerb: Verb = {
  usage: '-f FILENAME',
  about:
    'Diff configurations specified by file name or stdin between the current online configuration, and the configuration as it would be if applied.',
  flags: [
    ...FILE_FLAGS,
    SELECTOR_FLAG,
    fieldManager('kubectl-client-side-apply'),
    int('concurrency', 'Taken for compatibility.', { fallback: '1' }),
    bool('force-conflicts', 'Take over fields that others own.'),
    bool('prune', 'Not supported by this client.'),
    list('prune-allowlist', 'Not supported by this client.'),
    bool('server-side', 'Let the server merge.'),
    bool('show-managed-fields', 'Show managedFields.'),
  ],
  run: diffOrTwo,
};

/** 1 says that there are differences: what failed says 2. */
async function diffOrTwo(call: Call): Promise<number> {
  try {
    return await diff(call);
  } catch (error) {
    call.terminal.err(failureText(error).text);
    return 2;
  }
}

async function diff(call: Call): Promise<number> {
  const { flags, world, terminal } = call;
  if (call.args.length > 0) throw usageFailure(call, `Unexpected args: [${call.args.join(' ')}]`);
  if (flags.list('filename').length === 0 && !flags.isGiven('kustomize'))
    throw new Failure('must specify one of -f and -k');
  if (flags.bool('prune')) throw new Failure('--prune is not supported by this client');
  const { found, failures } = await find(call);
  throwAll(failures);
  const folder = join(tmpdir(), `kubectl-diff-${world.random.uuid()}`);
  const [live, merged] = [join(folder, 'LIVE'), join(folder, 'MERGED')];
  try {
    for (const each of [live, merged]) await world.files.mkdir(each, { recursive: true, mode: 0o700 });
    for (const each of found) await writeBoth(call, each, live, merged);
    const [program = 'diff', ...args] = (world.processes.env['KUBECTL_EXTERNAL_DIFF'] ?? 'diff -u -N').split(' ');
    const code = await terminal.run(program, [...args, live, merged]);
    if (code > 1) throw new Failure(`failed to run ${JSON.stringify(program)}: exit status ${code}`, code);
    return code;
  } finally {
    await world.files.rm(folder, { recursive: true, force: true });
  }
}

async function writeBoth(call: Call, found: Found, live: string, merged: string): Promise<void> {
  const { files } = call.world;
  const { group, version, kind } = found.resource;
  const name = [...(group === '' ? [] : [group]), version, kind, found.namespace, found.name].join('.');
  const now = await currentOf(call, found);
  const next = await nextOf(call, found, now);
  const shown = (object: KubeObject): string =>
    printYaml(call.flags.bool('show-managed-fields') ? object : withoutManagedFields(object));
  if (now !== undefined) await files.writeFile(join(live, name), shown(now));
  await files.writeFile(join(merged, name), shown(next));
}

async function currentOf({ cluster }: Call, found: Found): Promise<KubeObject | undefined> {
  try {
    return (await (await cluster.client()).json(pathOf(found))) as KubeObject;
  } catch (error) {
    if (isReason(error, 'NotFound')) return undefined;
    throw error;
  }
}

/** What an apply would make of it, asked of the server without keeping it. */
async function nextOf(call: Call, found: Found, now: KubeObject | undefined): Promise<KubeObject> {
  const { flags, cluster } = call;
  const client = await cluster.client();
  const manager = flags.text('field-manager');
  if (flags.bool('server-side')) {
    const query = {
      fieldManager: flags.isGiven('field-manager') ? manager : 'kubectl',
      dryRun: 'All',
      force: String(flags.bool('force-conflicts')),
    };
    const contentType = 'application/apply-patch+yaml';
    return (await client.json(pathOf(found), {
      method: 'PATCH',
      contentType,
      body: found.object,
      query,
    })) as KubeObject;
  }
  const wanted = withLastApplied(found.object);
  if (now === undefined) return createObject(client, found, wanted, { dryRun: 'All', fieldManager: manager });
  const rules = await mergeRules(call, found);
  const patch = threeWayPatch(lastApplied(now) ?? {}, wanted, now, rules);
  if (Object.keys(patch).length === 0) return now;
  return patchObject(client, found, patch, {
    type: rules === undefined ? 'merge' : 'strategic',
    dryRun: 'All',
    fieldManager: manager,
  });
}
