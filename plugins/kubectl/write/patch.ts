import { resolve } from 'node:path';
import { DRY_RUN_FLAG, fieldManager, FILE_FLAGS, LOCAL_FLAG, PRINT_FLAGS } from '../builder/builder-flags.ts';
import { findAll } from '../builder/found.ts';
import { text } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { yamlToJson } from '../../../src/api/codec/yaml-to-json.ts';
import { textAt } from '../dig.ts';
import { Failure } from '../failures.ts';
import { withoutManagedFields } from '../print/printer.ts';
import { dryRunOf, dryRunQuery } from './dry-run.ts';
import { PATCH_TYPES, patchObject, type PatchType } from './patch-object.ts';
import { reporter } from './report.ts';

export const patchVerb: Verb = {
  usage: '(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]',
  about: 'Update fields of a resource using strategic merge patch, a JSON merge patch, or a JSON patch.',
  flags: [
    ...FILE_FLAGS,
    ...PRINT_FLAGS,
    DRY_RUN_FLAG,
    LOCAL_FLAG,
    fieldManager('kubectl-patch'),
    text('patch', 'The patch.', { short: 'p' }),
    text('patch-file', 'File of the patch.'),
    text('subresource', 'Subresource to patch.'),
    text('type', 'json, merge or strategic.', { fallback: 'strategic' }),
  ],
  run: patch,
};

const isType = (type: string): type is PatchType => Object.hasOwn(PATCH_TYPES, type);

async function patch(call: Call): Promise<void> {
  const { flags, cluster } = call;
  const type = flags.text('type').toLowerCase();
  if (!isType(type))
    throw new Failure(`--type must be one of [json merge strategic], not ${JSON.stringify(flags.text('type'))}`);
  const given = await givenPatch(call);
  const dryRun = dryRunOf(flags);
  if (flags.bool('local')) throw new Failure('--local is not supported by this client');
  const report = await reporter(call, dryRun);
  const found = await findAll(call, { latest: true });
  if (found.length === 0) throw new Failure('no objects passed to patch');
  const client = await cluster.client();
  for (const each of found) {
    const made = await patchObject(client, each, given, {
      type,
      fieldManager: flags.text('field-manager'),
      dryRun: dryRunQuery(dryRun === 'client' ? 'server' : dryRun),
      subresource: flags.text('subresource'),
    });
    const same =
      textAt(made, 'metadata', 'resourceVersion') === textAt(each.object, 'metadata', 'resourceVersion') &&
      isDeepEqual(withoutManagedFields(made), withoutManagedFields(each.object));
    report(each, made, same ? 'patched (no change)' : 'patched');
  }
}

async function givenPatch(call: Call): Promise<string> {
  const { flags, world, terminal } = call;
  const [inline, file] = [flags.text('patch'), flags.text('patch-file')];
  if (inline === '' && file === '') {
    throw new Failure('must specify --patch or --patch-file containing the contents of the patch');
  }
  if (inline !== '' && file !== '') throw new Failure('cannot specify --patch and --patch-file together');
  const text = inline === '' ? await world.files.readFile(resolve(terminal.workFolder, file), 'utf8') : inline;
  if (text.trimStart().startsWith('{')) return text;
  const outcome = yamlToJson(await import('yaml'), text);
  if ('problem' in outcome) throw new Failure(`unable to parse ${JSON.stringify(text)}: yaml: ${outcome.problem}`);
  return outcome.json;
}
