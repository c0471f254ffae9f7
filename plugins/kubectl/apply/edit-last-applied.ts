import { fieldManager, FILE_FLAGS, PRINT_FLAGS } from '../builder/builder-flags.ts';
import { findAll } from '../builder/found.ts';
import { parseManifests } from '../builder/manifests.ts';
import type { Call, Verb } from '../command/verb.ts';
import { EDIT_HEADER, editedText, withoutComments } from '../edit/edited-text.ts';
import { Failure } from '../failures.ts';
import { printYaml } from '../print/yaml.ts';
import { patchObject } from '../write/patch-object.ts';
import { reporter } from '../write/report.ts';
import { LAST_APPLIED, lastApplied, lastAppliedText } from './last-applied.ts';

export const editLastAppliedVerb: Verb = {
  usage: '(RESOURCE/NAME | -f FILENAME)',
  about: 'Edit the latest last-applied-configuration annotations of resources from the default editor.',
  flags: [...FILE_FLAGS, ...PRINT_FLAGS, fieldManager('kubectl-client-side-apply')],
  run: editLastApplied,
};

async function editLastApplied(call: Call): Promise<void> {
  const report = await reporter(call);
  for (const found of await findAll(call, { latest: true })) {
    const applied = lastApplied(found.object);
    if (applied === undefined) {
      throw new Failure(`no last-applied-configuration annotation found on resource: ${found.name}`);
    }
    const before = printYaml(applied);
    const { text } = await editedText(call, EDIT_HEADER + before, 'yaml');
    const meant = withoutComments(text);
    if (meant === before) {
      call.terminal.err('Edit cancelled, no changes made.\n');
      continue;
    }
    const [first] = await parseManifests({ text: meant, source: 'edited-file' });
    if (first === undefined) throw new Failure('Edit cancelled, saved file was empty.');
    const annotations = { [LAST_APPLIED]: lastAppliedText(first.object) };
    const options = { type: 'merge', fieldManager: call.flags.text('field-manager') } as const;
    const made = await patchObject(await call.cluster.client(), found, { metadata: { annotations } }, options);
    report(found, made, 'edited');
  }
}
