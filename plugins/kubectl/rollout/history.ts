import { FILE_FLAGS, PRINT_FLAGS, SELECTOR_FLAG } from '../builder/builder-flags.ts';
import { find, type Found } from '../builder/found.ts';
import { int } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { throwAll } from '../failures.ts';
import { describeTemplate } from '../describe/template.ts';
import { Description } from '../describe/description.ts';
import { printerOf } from '../print/printer.ts';
import { alignTabs, DESCRIPTION_TABS } from '../print/tab-text.ts';
import { groupKind } from '../rest/api-resource.ts';
import { chosenRevision, revisionsOf } from './revisions.ts';

export const historyVerb: Verb = {
  usage: '(TYPE NAME | TYPE/NAME) [flags]',
  about: 'View previous rollout revisions and configurations.',
  flags: [...FILE_FLAGS, ...PRINT_FLAGS, SELECTOR_FLAG, int('revision', 'Show this revision whole.')],
  run: history,
};

async function history(call: Call): Promise<void> {
  const { found, failures } = await find(call, { latest: true, mayList: true });
  throwAll(failures);
  for (const each of found) await showHistory(call, each);
}

async function showHistory(call: Call, found: Found): Promise<void> {
  const { flags, terminal } = call;
  const revisions = await revisionsOf(call, found);
  const head = `${groupKind(found.resource)}/${found.name}`;
  const number = flags.int('revision');
  const printer = await printerOf(call);
  if (printer !== undefined) {
    const shown = number > 0 ? [chosenRevision(revisions, number, found)] : revisions;
    for (const { source } of shown) terminal.out(printer(source));
    return;
  }
  if (revisions.length === 0) {
    terminal.out(`${head} ${number > 0 ? `with revision #${number}` : ''}\nNo rollout history found.\n`);
    return;
  }
  if (number > 0) {
    const { template } = chosenRevision(revisions, number, found);
    const description = new Description();
    description.line(`Pod Template:`);
    describeTemplate(description, template);
    terminal.out(`${head} with revision #${number}\n${description.raw()}\n`);
    return;
  }
  const lines = revisions.map(each => `${each.number}\t${each.changeCause || '<none>'}\n`);
  terminal.out(`${head} \n${alignTabs(`REVISION\tCHANGE-CAUSE\n${lines.join('')}`, DESCRIPTION_TABS)}\n`);
}
