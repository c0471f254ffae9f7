import { bool } from '../command/flag.ts';
import { usageFailure, type Call, type Verb } from '../command/verb.ts';
import { withField } from '../dig.ts';
import { Failure } from '../failures.ts';
import { SECTIONS, type Section } from './kubeconfig.ts';

const isSection = (name: string): name is Section => SECTIONS.some(section => section === name);

export const setPropertyVerb: Verb = {
  usage: 'PROPERTY_NAME PROPERTY_VALUE',
  about: 'Set an individual value in a kubeconfig file.',
  flags: [bool('set-raw-bytes', 'Data is given as it is, not as base64.')],
  async run(call) {
    const { args, flags, terminal } = call;
    const [property = '', value = ''] = args;
    if (args.length !== 2) throw usageFailure(call, `Unexpected args: [${args.join(' ')}]`);
    const isData = property.endsWith('-data') && flags.bool('set-raw-bytes');
    await change(call, property, isData ? Buffer.from(value).toString('base64') : typed(property, value));
    terminal.out(`Property ${JSON.stringify(property)} set.\n`);
  },
};

export const unsetPropertyVerb: Verb = {
  usage: 'PROPERTY_NAME',
  about: 'Unset an individual value in a kubeconfig file.',
  async run(call) {
    const { args, terminal } = call;
    const [property = ''] = args;
    if (args.length !== 1) throw usageFailure(call, `Unexpected args: [${args.join(' ')}]`);
    await change(call, property, undefined);
    terminal.out(`Property ${JSON.stringify(property)} unset.\n`);
  },
};

const typed = (property: string, value: string): unknown =>
  property.endsWith('.insecure-skip-tls-verify') ? value === 'true' : value;

async function change({ cluster }: Call, property: string, value: unknown): Promise<void> {
  const { kubeconfig } = cluster;
  if (property === 'current-context') return kubeconfig.setCurrentContext(typeof value === 'string' ? value : '');
  const [section = '', ...rest] = property.split('.');
  if (!isSection(section)) throw new Failure(`unable to parse ${section} at path ${property}`);
  const config = await kubeconfig.read({ mayMiss: true });
  // Names of clusters may have dots in them.
  const known = [...config[section].keys()]
    .filter(key => `${rest.join('.')}.`.startsWith(`${key}.`))
    .toSorted((a, b) => b.length - a.length)[0];
  const name = known ?? rest.slice(0, -1).join('.');
  const fields = rest.join('.').slice(name.length + 1);
  const entry = config[section].get(name);
  if (fields === '') {
    if (value !== undefined || entry === undefined) throw new Failure(`current map key \`${name}\` is invalid`);
    return kubeconfig.deleteEntry(section, name, entry.file);
  }
  if (value === undefined && entry === undefined) throw new Failure(`current map key \`${name}\` is invalid`);
  await kubeconfig.setEntry(section, name, withField(entry?.value ?? {}, fields.split('.'), value));
}
