import { usageFailure, type Verb } from '../command/verb.ts';

export const apiVersionsVerb: Verb = {
  usage: '[flags]',
  about: 'Print the supported API versions on the server, in the form of "group/version".',
  async run(call) {
    if (call.args.length > 0) throw usageFailure(call, `unexpected arguments: [${call.args.join(' ')}]`);
    const { discovery } = await call.cluster.names();
    const all = discovery.groups.flatMap(({ name, versions }) =>
      versions.map(version => (name === '' ? version : `${name}/${version}`)),
    );
    call.terminal.out(
      all
        .toSorted()
        .map(each => `${each}\n`)
        .join(''),
    );
  },
};
