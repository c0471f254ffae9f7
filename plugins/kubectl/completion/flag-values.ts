import type { FlagSpec } from '../command/flag.ts';
import type { Call } from '../command/verb.ts';
import { beginningWith, DIRECTIVES, NOTHING, only, type Completions } from './completions.ts';
import { containersOfPod, namesOf } from './object-names.ts';

type Values = (call: Call, prefix: string) => Promise<readonly string[]> | readonly string[];

const FORMATS =
  'json yaml name go-template go-template-file template templatefile jsonpath jsonpath-as-json jsonpath-file custom-columns custom-columns-file wide'.split(
    ' ',
  );

const entries =
  (section: 'clusters' | 'contexts' | 'users'): Values =>
  async ({ cluster }) =>
    [...(await cluster.kubeconfig.read({ mayMiss: true }))[section].keys()].toSorted();

const EVERYWHERE: Readonly<Record<string, Values>> = {
  namespace: call => namesOf(call, 'namespaces'),
  cluster: entries('clusters'),
  context: entries('contexts'),
  user: entries('users'),
};

/** By the command's name and the flag's. */
const OF_COMMANDS: Readonly<Record<string, Values>> = {
  'kubectl get output': () => FORMATS,
  'kubectl exec container': call => containersOfPod(call),
  'kubectl create clusterrolebinding clusterrole': call => namesOf(call, 'clusterroles'),
  'kubectl get subresource': () => ['status', 'scale', 'resize'],
  'kubectl edit subresource': () => ['status', 'resize'],
  'kubectl patch subresource': () => ['status', 'scale', 'resize'],
};

const EXTENSIONS: Completions = { values: ['json', 'yaml', 'yml'], directive: DIRECTIVES.extensions };

/** What may be the value of a flag. */
export async function flagValues(call: Call, { name }: FlagSpec, prefix: string): Promise<Completions> {
  const values =
    OF_COMMANDS[`${call.path} ${name}`] ?? (Object.hasOwn(EVERYWHERE, name) ? EVERYWHERE[name] : undefined);
  if (values !== undefined) return only(beginningWith(await values(call, prefix), prefix));
  return name === 'filename' ? EXTENSIONS : NOTHING;
}
