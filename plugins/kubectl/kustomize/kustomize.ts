import { resolve } from 'node:path';
import { text } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { Failure } from '../failures.ts';
import { printYaml } from '../print/yaml.ts';
import { build } from './build.ts';

const RESTRICTORS = ['LoadRestrictionsRootOnly', 'LoadRestrictionsNone'];

export const kustomizeVerb: Verb = {
  usage: 'DIR',
  about: 'Build what the kustomization.yaml of a folder describes, and print it; the current folder unless given.',
  flags: [
    text('load-restrictor', 'LoadRestrictionsNone: files from outside of a folder may be read too.', {
      fallback: 'LoadRestrictionsRootOnly',
    }),
    text('output', 'File to write to.', { short: 'o' }),
  ],
  run: kustomize,
};

async function kustomize(call: Call): Promise<void> {
  const { args, flags, terminal, world } = call;
  const [folder = '.', ...more] = args;
  if (more.length > 0) throw new Failure('specify one path to kustomization.yaml');
  const restrictor = flags.text('load-restrictor');
  if (!RESTRICTORS.includes(restrictor)) {
    throw new Failure(`illegal flag value --load-restrictor ${restrictor}; legal values: [${RESTRICTORS.join(' ')}]`);
  }
  const objects = await build(folder, {
    files: world.files,
    from: terminal.workFolder,
    warn: warning => terminal.err(warning),
    isOpen: restrictor === 'LoadRestrictionsNone',
  });
  const printed = objects.map(printYaml).join('---\n');
  const output = flags.text('output');
  if (output === '') terminal.out(printed);
  else await world.files.writeFile(resolve(terminal.workFolder, output), printed);
}
