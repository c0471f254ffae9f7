import type { Call } from '../command/verb.ts';
import { find } from '../builder/found.ts';
import { listAt, textAt } from '../dig.ts';
import { beginningWith, DIRECTIVES, only, type Completions } from './completions.ts';
import { containersOfPod, namesOf, orNone, podNamed, typesOf } from './object-names.ts';

type Values = (call: Call, word: string) => Promise<Completions> | Completions;

/** What an argument may become; `undefined` for commands that know nothing of theirs. */
export async function argumentValues(call: Call, word: string): Promise<Completions | undefined> {
  return Object.hasOwn(ARGUMENTS, call.path) ? ARGUMENTS[call.path]?.(call, word) : undefined;
}

/** Types and names, or `type/name`; these types alone where some are given. */
const objects =
  (types: readonly string[] = [], mayRepeat = true): Values =>
  async (call, word) => {
    const { args } = call;
    const [first] = args;
    const isFurther = args.length > 0;
    if (isFurther && !mayRepeat && args.length > 1) return only([]);
    if (first !== undefined && !first.includes('/')) return only(without(await namesLike(call, first, word), args));
    if (word.includes('/')) {
      if (isFurther && !mayRepeat) return only([]);
      const [type = '', name = ''] = word.split('/');
      return only(
        without(
          (await namesLike(call, type, name)).map(each => `${type}/${each}`),
          args,
        ),
      );
    }
    if (isFurther && !mayRepeat) return only([]);
    const listed = word.slice(0, word.lastIndexOf(',') + 1);
    const known =
      types.length > 0
        ? beginningWith(types, word)
        : beginningWith(await typesOf(call), word.slice(listed.length)).map(type => listed + type);
    if (!isFurther) return only(known);
    return { values: known.map(type => `${type}/`), directive: DIRECTIVES.noFiles + DIRECTIVES.noSpace };
  };

const without = (values: readonly string[], taken: readonly string[]): readonly string[] =>
  values.filter(value => !taken.includes(value));

const namesLike = async (call: Call, type: string, prefix: string): Promise<readonly string[]> =>
  beginningWith(await namesOf(call, type), prefix);

/** Names of one type, for commands that know no other. */
const named =
  (type: string): Values =>
  async (call, word) =>
    only(call.args.length === 0 ? await namesLike(call, type, word) : []);

const WITH_PODS = [
  'daemonsets',
  'deployments',
  'pods',
  'jobs',
  'replicasets',
  'replicationcontrollers',
  'services',
  'statefulsets',
];

async function podOrOwner(call: Call, word: string): Promise<Completions> {
  if (word.includes('/')) {
    const [type = '', name = ''] = word.split('/');
    return only((await namesLike(call, type, name)).map(each => `${type}/${each}`));
  }
  const pods = await namesLike(call, 'pods', word);
  const owners = beginningWith(WITH_PODS, word).map(type => `${type}/`);
  return {
    values: [...pods, ...owners],
    directive: DIRECTIVES.noFiles + (pods.length === 0 ? DIRECTIVES.noSpace : 0),
  };
}

const pod: Values = (call, word) => (call.args.length === 0 ? podOrOwner(call, word) : only([]));

const podAndContainer: Values = async (call, word) => {
  if (call.args.length === 0) return podOrOwner(call, word);
  return only(call.args.length === 1 ? beginningWith(await containersOfPod(call), word) : []);
};

/** Local ports as they are typed, else the same as the remote ones. */
const podAndPort: Values = async (call, word) => {
  const [target = '', ...more] = call.args;
  if (target === '') return podOrOwner(call, word);
  if (more.length > 0) return only([]);
  const ports = /^(services?|svc)\//.test(target)
    ? (await orNone(async () => (await find(call, { args: [target] })).found)).flatMap(({ object }) =>
        listAt(object, 'spec', 'ports').map(port => textAt(port, 'port')),
      )
    : (await podNamed(call)).flatMap(each =>
        listAt(each, 'spec', 'containers').flatMap(container =>
          listAt(container, 'ports').map(port => textAt(port, 'containerPort')),
        ),
      );
  const local = word.split(':')[0] ?? '';
  return only(
    beginningWith(
      ports.map(port => `${local === '' ? port : local}:${port}`),
      word,
    ),
  );
};

const entriesOf =
  (section: 'clusters' | 'contexts' | 'users'): Values =>
  async ({ args, cluster }, word) => {
    if (args.length > 0) return only([]);
    const config = await cluster.kubeconfig.read({ mayMiss: true });
    return only(beginningWith([...config[section].keys()].toSorted(), word));
  };

const ROLLED = objects(['deployment', 'daemonset', 'statefulset']);

const ARGUMENTS: Readonly<Record<string, Values>> = {
  'kubectl annotate': objects(),
  'kubectl apply edit-last-applied': objects(),
  'kubectl apply view-last-applied': objects(),
  'kubectl attach': pod,
  'kubectl autoscale': objects(['deployment', 'replicaset', 'replicationcontroller', 'statefulset']),
  'kubectl completion': ({ args }, word) => only(args.length === 0 ? beginningWith(['bash', 'zsh', 'fish'], word) : []),
  'kubectl config delete-cluster': entriesOf('clusters'),
  'kubectl config delete-context': entriesOf('contexts'),
  'kubectl config delete-user': entriesOf('users'),
  'kubectl config rename-context': entriesOf('contexts'),
  'kubectl config set-context': entriesOf('contexts'),
  'kubectl config use-context': entriesOf('contexts'),
  'kubectl cordon': named('nodes'),
  'kubectl create token': named('serviceaccounts'),
  'kubectl debug': objects(),
  'kubectl delete': objects(),
  'kubectl describe': objects(),
  'kubectl drain': named('nodes'),
  'kubectl edit': objects(),
  'kubectl exec': pod,
  'kubectl expose': objects(['pod', 'service', 'replicationcontroller', 'deployment', 'replicaset']),
  'kubectl get': objects(),
  'kubectl label': objects(),
  'kubectl logs': podAndContainer,
  'kubectl patch': objects(),
  'kubectl port-forward': podAndPort,
  'kubectl rollout history': ROLLED,
  'kubectl rollout pause': objects(['deployment']),
  'kubectl rollout restart': ROLLED,
  'kubectl rollout resume': objects(['deployment']),
  'kubectl rollout status': objects(['deployment', 'daemonset', 'statefulset'], false),
  'kubectl rollout undo': ROLLED,
  'kubectl scale': objects(['deployment', 'replicaset', 'replicationcontroller', 'statefulset']),
  'kubectl set image': objects(
    ['daemonsets', 'deployments', 'pods', 'cronjobs', 'replicasets', 'replicationcontrollers', 'statefulsets'],
    false,
  ),
  'kubectl taint': objects(['node']),
  'kubectl top node': named('nodes'),
  'kubectl top pod': named('pods'),
  'kubectl uncordon': named('nodes'),
};
