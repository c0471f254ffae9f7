import { must } from '../../../src/base/must.ts';
import { usageFailure, type Verb } from '../command/verb.ts';
import { Failure } from '../failures.ts';

export const renameContextVerb: Verb = {
  usage: 'CONTEXT_NAME NEW_NAME',
  about: 'Renames a context from the kubeconfig file.',
  async run(call) {
    const { args, cluster, terminal } = call;
    const [from = '', to = ''] = args;
    if (args.length !== 2) throw usageFailure(call, `Unexpected args: [${args.join(' ')}]`);
    const { kubeconfig } = cluster;
    const config = await kubeconfig.read({ mayMiss: true });
    const file = await kubeconfig.fileForNew();
    if (!config.contexts.has(from))
      throw new Failure(`cannot rename the context ${JSON.stringify(from)}, it's not in ${file}`);
    if (config.contexts.has(to)) {
      throw new Failure(
        `cannot rename the context ${JSON.stringify(from)}, the context ${JSON.stringify(to)} already exists in ${file}`,
      );
    }
    const entry = must(config.contexts.get(from), 'it was looked for');
    const own = await kubeconfig.readOne(entry.file);
    const contexts = new Map([...own.contexts].map(([name, value]) => [name === from ? to : name, value] as const));
    await kubeconfig.write(entry.file, { ...own, contexts });
    if (config.currentContext === from) await kubeconfig.setCurrentContext(to);
    terminal.out(`Context ${JSON.stringify(from)} renamed to ${JSON.stringify(to)}.\n`);
  },
};
