import { fieldManager, FILE_FLAGS, PRINT_FLAGS, SELECTOR_FLAG } from '../builder/builder-flags.ts';
import { findAll, type Found } from '../builder/found.ts';
import { parseManifests } from '../builder/manifests.ts';
import { bool, text } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { Failure, failureText } from '../failures.ts';
import { nameOf, type KubeObject } from '../kube-object.ts';
import { mergeRules } from '../apply/apply-client-side.ts';
import { threeWayPatch } from '../apply/three-way-patch.ts';
import { lastApplied, withLastApplied } from '../apply/last-applied.ts';
import { printJson } from '../print/json.ts';
import { withoutManagedFields } from '../print/printer.ts';
import { printYaml } from '../print/yaml.ts';
import { fieldValidation, VALIDATE_FLAG } from '../write/field-validation.ts';
import { patchObject } from '../write/patch-object.ts';
import { reporter } from '../write/report.ts';
import { EDIT_HEADER, editedText, withoutComments } from './edited-text.ts';

export const editVerb: Verb = {
  usage: '(RESOURCE/NAME | -f FILENAME)',
  about: 'Edit a resource from the default editor.',
  flags: [
    ...FILE_FLAGS,
    ...PRINT_FLAGS,
    SELECTOR_FLAG,
    VALIDATE_FLAG,
    fieldManager('kubectl-edit'),
    bool('output-patch', 'Print the patch.'),
    bool('save-config', 'Keep the configuration in its annotation, for a later apply.'),
    bool('windows-line-endings', 'Taken for compatibility.'),
    text('subresource', 'Subresource to edit.'),
  ],
  run: edit,
};

async function edit(call: Call): Promise<void> {
  const { terminal, flags } = call;
  const isJson = flags.text('output') === 'json';
  const found = await findAll(call, { latest: true });
  if (found.length === 0) throw new Failure('edit cancelled, no objects found');
  const shown = found.map(({ object }) => withoutManagedFields(object));
  const [first, ...more] = shown;
  const whole = first !== undefined && more.length === 0 ? first : { apiVersion: 'v1', kind: 'List', items: shown };
  const before = isJson ? printJson(whole) : EDIT_HEADER + printYaml(whole);
  let current = before;
  for (;;) {
    const edited = await editedText(call, current, isJson ? 'json' : 'yaml');
    const meant = withoutComments(edited.text);
    if (meant.trim() === '') return cancelled(call, 'Edit cancelled, saved file was empty.');
    if (meant === withoutComments(before)) return cancelled(call, 'Edit cancelled, no changes made.');
    if (edited.text === current) {
      terminal.err(`error: Edit cancelled, no valid changes were saved.\n`);
      throw new Failure(`your changes are kept in ${edited.path}`);
    }
    try {
      for (const each of await changes(found, meant)) await save(call, each);
      await call.world.files.rm(edited.path);
      return;
    } catch (error) {
      const { text } = failureText(error);
      const about = text
        .trimEnd()
        .split('\n')
        .map(line => `# ${line}`);
      current = `${EDIT_HEADER}${about.join('\n')}\n#\n${meant}`;
      terminal.err(text);
    }
  }
}

function cancelled({ terminal }: Call, message: string): void {
  terminal.err(`${message}\n`);
}

interface Change {
  readonly found: Found;
  readonly next: KubeObject;
}

async function changes(found: readonly Found[], text: string): Promise<readonly Change[]> {
  const manifests = await parseManifests({ text, source: 'edited-file' });
  return manifests.map(({ object }) => {
    const each = found.find(({ object: old, name }) => old.kind === object.kind && name === nameOf(object));
    if (each === undefined) throw new Failure('At least one of apiVersion, kind and name was changed');
    return { found: each, next: object };
  });
}

async function save(call: Call, { found, next }: Change): Promise<void> {
  const { flags, cluster, terminal } = call;
  const old = withoutManagedFields(found.object);
  const applies = flags.bool('save-config') || lastApplied(found.object) !== undefined;
  const wanted = applies && flags.bool('save-config') ? withLastApplied(next) : next;
  const rules = await mergeRules(call, found);
  const patch = threeWayPatch(old, wanted, old, rules);
  const report = await reporter(call);
  if (Object.keys(patch).length === 0) return;
  if (flags.bool('output-patch')) terminal.out(`Patch: ${JSON.stringify(patch)}\n`);
  const made = await patchObject(await cluster.client(), found, patch, {
    type: rules === undefined ? 'merge' : 'strategic',
    fieldManager: flags.text('field-manager'),
    fieldValidation: fieldValidation(flags),
    subresource: flags.text('subresource'),
  });
  report(found, made, 'edited');
}
