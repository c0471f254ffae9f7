import { PRINT_FLAGS } from '../builder/builder-flags.ts';
import { bool } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { dig, textAt, withField, type Fields } from '../dig.ts';
import { Failure } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { printOr } from '../print/printer.ts';
import { printYaml } from '../print/yaml.ts';
import { fileOf, kubeconfigObject, type Entry, type Kubeconfig } from './kubeconfig.ts';

export const viewVerb: Verb = {
  usage: '[flags]',
  about: 'Display merged kubeconfig settings or a specified kubeconfig file.',
  flags: [
    ...PRINT_FLAGS,
    bool('flatten', 'Put what files hold in place of their names.'),
    bool('merge', 'Merge the files.', { fallback: 'true' }),
    bool('minify', 'Only what the current context uses.'),
    bool('raw', 'Show secrets too.'),
  ],
  run: view,
};

async function view(call: Call): Promise<void> {
  const { flags, cluster, terminal } = call;
  let config = await cluster.kubeconfig.read({ mayMiss: true });
  if (flags.bool('minify')) config = minified(config);
  if (flags.bool('flatten')) config = await flattened(call, config);
  const shown = flags.bool('raw') ? config : redacted(config);
  const object = kubeconfigObject(shown);
  terminal.out(await printOr(call, object as KubeObject, () => printYaml(object)));
}

function minified(config: Kubeconfig): Kubeconfig {
  const { currentContext } = config;
  if (currentContext === '') throw new Failure('current-context must exist in order to minify');
  const context = config.contexts.get(currentContext);
  if (context === undefined) throw new Failure(`cannot locate context ${currentContext}`);
  const only = (entries: ReadonlyMap<string, Entry>, name: string): ReadonlyMap<string, Entry> =>
    new Map([...entries].filter(([key]) => key === name));
  return {
    ...config,
    contexts: only(config.contexts, currentContext),
    clusters: only(config.clusters, textAt(context.value, 'cluster')),
    users: only(config.users, textAt(context.value, 'user')),
  };
}

async function flattened({ world }: Call, config: Kubeconfig): Promise<Kubeconfig> {
  const embed = async (
    entries: ReadonlyMap<string, Entry>,
    fields: readonly string[],
  ): Promise<ReadonlyMap<string, Entry>> =>
    new Map(
      await Promise.all(
        [...entries].map(async ([name, entry]) => {
          let value: Fields = entry.value;
          for (const field of fields) {
            const path = fileOf(entry, field);
            if (path === '') continue;
            const data = (await world.files.readFile(path)).toString('base64');
            value = withField(withField(value, [`${field}-data`], data), [field], undefined);
          }
          return [name, { ...entry, value }] as const;
        }),
      ),
    );
  return {
    ...config,
    clusters: await embed(config.clusters, ['certificate-authority']),
    users: await embed(config.users, ['client-certificate', 'client-key']),
  };
}

const SECRETS: Readonly<Record<string, string>> = {
  'client-key-data': 'DATA+OMITTED',
  'client-certificate-data': 'DATA+OMITTED',
  'certificate-authority-data': 'DATA+OMITTED',
  token: 'REDACTED',
  password: 'REDACTED',
};

function redacted(config: Kubeconfig): Kubeconfig {
  const hide = (entries: ReadonlyMap<string, Entry>): ReadonlyMap<string, Entry> =>
    new Map(
      [...entries].map(([name, entry]) => {
        let { value } = entry;
        for (const [field, shown] of Object.entries(SECRETS)) {
          if (dig(value, field) !== undefined) value = withField(value, [field], shown);
        }
        return [name, { ...entry, value }] as const;
      }),
    );
  return { ...config, clusters: hide(config.clusters), users: hide(config.users) };
}
