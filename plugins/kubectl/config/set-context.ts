import { bool, text } from '../command/flag.ts';
import { usageFailure, type Verb } from '../command/verb.ts';
import { withField } from '../dig.ts';
import { Failure } from '../failures.ts';

const FIELDS = ['cluster', 'user', 'namespace'] as const;

export const setContextVerb: Verb = {
  usage: '[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]',
  about: 'Set a context entry in kubeconfig.',
  flags: [
    bool('current', 'Modify the current context.'),
    text('cluster', 'Cluster of the context.'),
    text('user', 'User of the context.'),
    text('namespace', 'Namespace of the context.', { short: 'n' }),
  ],
  async run(call) {
    const { args, flags, cluster, terminal } = call;
    if (args.length > 1 || (flags.bool('current') && args.length > 0)) {
      throw usageFailure(call, `Unexpected args: [${args.join(' ')}]`);
    }
    const config = await cluster.kubeconfig.read({ mayMiss: true });
    if (flags.bool('current') && config.currentContext === '') throw new Failure('no current context is set');
    const name = flags.bool('current') ? config.currentContext : args[0];
    if (name === undefined) throw new Failure('you must specify a non-empty context name or --current');
    const there = config.contexts.get(name);
    let value = there?.value ?? {};
    for (const field of FIELDS) {
      if (flags.isGiven(field)) value = withField(value, [field], flags.text(field) || undefined);
    }
    await cluster.kubeconfig.setEntry('contexts', name, value);
    terminal.out(`Context ${JSON.stringify(name)} ${there === undefined ? 'created' : 'modified'}.\n`);
  },
};
