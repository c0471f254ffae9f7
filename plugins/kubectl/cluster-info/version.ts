import { bool, text } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { Failure } from '../failures.ts';
import { dig, textAt } from '../dig.ts';
import { printJson } from '../print/json.ts';
import { printYaml } from '../print/yaml.ts';

/** The command line this client follows. */
export const CLIENT_VERSION = { major: '1', minor: '33', gitVersion: 'v1.33.1' } as const;

export const versionVerb: Verb = {
  usage: '[flags]',
  about: 'Print the client and server version information for the current context.',
  flags: [bool('client', 'Print the version of this client alone.'), text('output', 'yaml or json.', { short: 'o' })],
  run: version,
};

async function version(call: Call): Promise<void> {
  const { flags, terminal, cluster, args } = call;
  if (args.length > 0) throw new Failure(`extra arguments: [${args.join(' ')}]`);
  const output = flags.text('output');
  if (!['', 'json', 'yaml'].includes(output)) throw new Failure(`--output must be 'yaml' or 'json'`);
  const server = flags.bool('client') ? undefined : await (await cluster.client()).json('/version');
  const whole = { clientVersion: CLIENT_VERSION, ...(server === undefined ? {} : { serverVersion: server }) };
  if (output === 'json') terminal.out(printJson(whole).replaceAll('    ', '  '));
  else if (output === 'yaml') terminal.out(printYaml(whole));
  else {
    terminal.out(`Client Version: ${CLIENT_VERSION.gitVersion}\n`);
    if (server !== undefined) terminal.out(`Server Version: ${textAt(server, 'gitVersion')}\n`);
  }
  if (server !== undefined)
    warnOfSkew(call, Number(textAt(server, 'minor').replace(/\D/g, '')), String(dig(server, 'major')));
}

function warnOfSkew({ terminal }: Call, minor: number, major: string): void {
  if (Math.abs(minor - Number(CLIENT_VERSION.minor)) <= 1) return;
  terminal.err(
    `WARNING: version difference between client (${CLIENT_VERSION.major}.${CLIENT_VERSION.minor}) and server (${major}.${minor}) exceeds the supported minor version skew of +/-1\n`,
  );
}
