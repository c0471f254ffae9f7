import { usageFailure, type Verb } from '../command/verb.ts';
import { Failure } from '../failures.ts';
import type { Section } from './kubeconfig.ts';

const deleteEntry = (section: Section, what: string): Verb => ({
  usage: 'NAME',
  about: `Delete the specified ${what} from the kubeconfig.`,
  async run(call) {
    const { args, cluster, terminal } = call;
    const [name] = args;
    if (args.length !== 1 || name === undefined) throw usageFailure(call, `Unexpected args: [${args.join(' ')}]`);
    const config = await cluster.kubeconfig.read({ mayMiss: true });
    const entry = config[section].get(name);
    if (entry === undefined) {
      const file = await cluster.kubeconfig.fileForNew();
      throw new Failure(`cannot delete ${what} ${name}, not in ${file}`);
    }
    if (section === 'contexts' && config.currentContext === name) {
      terminal.err(
        'warning: this removed your active context, use "kubectl config use-context" to select a different one\n',
      );
    }
    await cluster.kubeconfig.deleteEntry(section, name, entry.file);
    terminal.out(`deleted ${what} ${name} from ${entry.file}\n`);
  },
});

export const deleteClusterVerb = deleteEntry('clusters', 'cluster');
export const deleteContextVerb = deleteEntry('contexts', 'context');
export const deleteUserVerb = deleteEntry('users', 'user');
