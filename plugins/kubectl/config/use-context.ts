import type { Verb } from '../command/verb.ts';
import { usageFailure } from '../command/verb.ts';
import { Failure } from '../failures.ts';

export const currentContextVerb: Verb = {
  usage: '[flags]',
  about: 'Display the current-context.',
  async run({ cluster, terminal }) {
    const { currentContext } = await cluster.kubeconfig.read({ mayMiss: true });
    if (currentContext === '') throw new Failure('current-context is not set');
    terminal.out(`${currentContext}\n`);
  },
};

export const useContextVerb: Verb = {
  usage: 'CONTEXT_NAME',
  about: 'Set the current-context in a kubeconfig file.',
  async run(call) {
    const { args, cluster, terminal } = call;
    const [name, ...more] = args;
    if (name === undefined || more.length > 0) throw usageFailure(call, `Unexpected args: [${args.join(' ')}]`);
    const { contexts } = await cluster.kubeconfig.read({ mayMiss: true });
    if (!contexts.has(name)) throw new Failure(`no context exists with the name: ${JSON.stringify(name)}`);
    await cluster.kubeconfig.setCurrentContext(name);
    terminal.out(`Switched to context ${JSON.stringify(name)}.\n`);
  },
};
