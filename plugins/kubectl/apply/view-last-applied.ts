import { ALL_FLAG, FILE_FLAGS, SELECTOR_FLAG } from '../builder/builder-flags.ts';
import { findAll } from '../builder/found.ts';
import { text } from '../command/flag.ts';
import { usageFailure, type Call, type Verb } from '../command/verb.ts';
import { printJson } from '../print/json.ts';
import { printYaml } from '../print/yaml.ts';
import { lastApplied } from './last-applied.ts';

export const viewLastAppliedVerb: Verb = {
  usage: '(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)',
  about: 'View the latest last-applied-configuration annotations by type/name or file.',
  flags: [...FILE_FLAGS, SELECTOR_FLAG, ALL_FLAG, text('output', 'json or yaml.', { short: 'o', fallback: 'yaml' })],
  run: viewLastApplied,
};

async function viewLastApplied(call: Call): Promise<void> {
  const output = call.flags.text('output');
  if (output !== 'json' && output !== 'yaml') {
    throw usageFailure(call, `Unexpected -o output mode: ${output}, the flag 'output' must be one of yaml|json`);
  }
  for (const { object } of await findAll(call, { latest: true, mayList: true })) {
    const applied = lastApplied(object);
    if (applied === undefined) continue;
    call.terminal.out(
      output === 'json'
        ? printJson(applied).replaceAll(/^( {4})+/gm, indent => ' '.repeat(indent.length / 2))
        : printYaml(applied),
    );
  }
}
