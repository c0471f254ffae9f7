import { bool, text } from '../command/flag.ts';
import { usageFailure, type Call, type Verb } from '../command/verb.ts';
import { textAt } from '../dig.ts';
import { Failure } from '../failures.ts';
import { alignTabs, TABLE_TABS } from '../print/tab-text.ts';
import type { Section } from './kubeconfig.ts';

const names = (section: Section): Verb => ({
  usage: '[flags]',
  about: `Display ${section} defined in the kubeconfig.`,
  async run({ cluster, terminal }) {
    const config = await cluster.kubeconfig.read({ mayMiss: true });
    terminal.out(['NAME', ...[...config[section].keys()].toSorted()].map(name => `${name}\n`).join(''));
  },
});

export const getClustersVerb = names('clusters');
export const getUsersVerb = names('users');

export const getContextsVerb: Verb = {
  usage: '[(-o|--output=)name)]',
  about: 'Display one or many contexts from the kubeconfig file.',
  flags: [bool('no-headers', 'Do not print headers.'), text('output', 'name for names alone.', { short: 'o' })],
  run: getContexts,
};

async function getContexts(call: Call): Promise<void> {
  const { flags, args, cluster, terminal } = call;
  const output = flags.text('output');
  if (output !== '' && output !== 'name') throw usageFailure(call, `output must be one of '' or 'name': ${output}`);
  const { contexts, currentContext } = await cluster.kubeconfig.read({ mayMiss: true });
  const wanted = args.length > 0 ? args : [...contexts.keys()].toSorted();
  const missing = wanted.filter(name => !contexts.has(name));
  const there = wanted.filter(name => contexts.has(name));
  if (output === 'name') terminal.out(there.map(name => `${name}\n`).join(''));
  else {
    const rows = there.map(name => {
      const cell = (field: string): string => textAt(contexts.get(name)?.value, field);
      return [name === currentContext ? '*' : '', name, cell('cluster'), cell('user'), cell('namespace')].join('\t');
    });
    const header = flags.bool('no-headers') ? [] : ['CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE'];
    terminal.out(alignTabs([...header, ...rows].map(row => `${row}\n`).join(''), TABLE_TABS));
  }
  if (missing.length > 0) throw new Failure(missing.map(name => `context ${name} not found`).join(', '));
}
