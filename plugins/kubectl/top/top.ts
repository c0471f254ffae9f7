import { SELECTOR_FLAG, FIELD_SELECTOR_FLAG } from '../builder/builder-flags.ts';
import { bool, text } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { listAt, textAt } from '../dig.ts';
import { Failure } from '../failures.ts';
import { nameOf, namespaceOf } from '../kube-object.ts';
import { addQuantities, parseQuantity, readQuantity, type Quantity } from '../../../src/base/quantity.ts';
import { alignTabs, TABLE_TABS } from '../print/tab-text.ts';

const COMMON = [
  SELECTOR_FLAG,
  FIELD_SELECTOR_FLAG,
  bool('no-headers', 'Do not print headers.'),
  text('sort-by', 'cpu or memory.'),
];

export const topVerb: Verb = {
  usage: '[flags]',
  about: 'Display resource (CPU/memory) usage of nodes or pods.',
  subs: {
    node: {
      about: 'Display resource (CPU/memory) usage of nodes',
      aliases: ['nodes', 'no'],
      load: async () => ({
        usage: '[NAME | -l label]',
        about: 'Display resource (CPU/memory) usage of nodes.',
        flags: [...COMMON, bool('show-capacity', 'Show shares of the capacity in place of what pods may use.')],
        run: topNodes,
      }),
    },
    pod: {
      about: 'Display resource (CPU/memory) usage of pods',
      aliases: ['pods', 'po'],
      load: async () => ({
        usage: '[NAME | -l label]',
        about: 'Display resource (CPU/memory) usage of pods.',
        flags: [
          ...COMMON,
          bool('all-namespaces', 'Pods of all namespaces.', { short: 'A' }),
          bool('containers', 'Print usage of the containers of each pod.'),
          bool('sum', 'Print the sum of it all.'),
        ],
        run: topPods,
      }),
    },
  },
};

const ROOT = '/apis/metrics.k8s.io/v1beta1';
const ZERO = parseQuantity('0');

interface Amounts {
  readonly cpu: Quantity;
  readonly memory: Quantity;
}
interface Usage extends Amounts {
  readonly cells: readonly string[];
}

async function topNodes(call: Call): Promise<void> {
  const items = await metrics(call, `${ROOT}/nodes`);
  const client = await call.cluster.client();
  const nodes = listAt(await client.json('/api/v1/nodes'), 'items');
  const whole = call.flags.bool('show-capacity') ? 'capacity' : 'allocatable';
  const header = ['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)'];
  const usages = items.map(item => {
    const node = nodes.find(each => nameOf(each) === nameOf(item));
    const { cpu, memory } = amountsOf(item);
    const share = (amount: Quantity, name: string): string => {
      const all = readQuantity(textAt(node, 'status', whole, name)) ?? ZERO;
      return all.nano === 0n ? '<unknown>' : `${(amount.nano * 100n) / all.nano}%`;
    };
    const cells = [nameOf(item), cores(cpu), share(cpu, 'cpu'), mebibytes(memory), share(memory, 'memory')];
    return { cells, cpu, memory };
  });
  print(call, header, usages);
}

async function topPods(call: Call): Promise<void> {
  const { flags, cluster } = call;
  const [isEverywhere, withContainers] = [flags.bool('all-namespaces'), flags.bool('containers')];
  const within = isEverywhere ? '' : `/namespaces/${await cluster.namespace()}`;
  const items = await metrics(call, `${ROOT}${within}/pods`);
  const ofPod = (item: unknown): readonly string[] => [...(isEverywhere ? [namespaceOf(item)] : []), nameOf(item)];
  const usage = (names: readonly string[], amounts: Amounts): Usage => ({
    cells: [...names, cores(amounts.cpu), mebibytes(amounts.memory)],
    ...amounts,
  });
  const pods = sorted(
    call,
    items.map(item => {
      const containers = listAt(item, 'containers').map(each => ({ name: textAt(each, 'name'), ...amountsOf(each) }));
      return { ...usage(ofPod(item), sumOf(containers)), names: ofPod(item), containers };
    }),
  );
  const lines = withContainers
    ? pods.flatMap(({ names, containers }) => {
        const all = containers.map(({ name, ...amounts }) => usage([...names, name], amounts));
        return [...sorted(call, all)];
      })
    : pods;
  const head = [...(isEverywhere ? ['NAMESPACE'] : []), ...(withContainers ? ['POD'] : []), 'NAME'];
  const total = flags.bool('sum') && pods.length > 0 ? sumRows(head.length, sumOf(pods)) : [];
  printLines(call, [...head, 'CPU(cores)', 'MEMORY(bytes)'], lines, total);
}

const cores = ({ nano }: Quantity): string => `${(nano + 999_999n) / 1_000_000n}m`;
const mebibytes = ({ nano }: Quantity): string => `${nano / 1_000_000_000n / 1_048_576n}Mi`;

async function metrics(call: Call, path: string): Promise<readonly unknown[]> {
  const { flags, cluster, args } = call;
  const { discovery } = await cluster.names();
  if (!discovery.groups.some(({ name }) => name === 'metrics.k8s.io')) throw new Failure('Metrics API not available');
  const client = await cluster.client();
  if (args[0] !== undefined) return [await client.json(`${path}/${args[0]}`)];
  const query = {
    labelSelector: flags.text('selector') || undefined,
    fieldSelector: flags.text('field-selector') || undefined,
  };
  return listAt(await client.json(path, { query }), 'items');
}

const amountsOf = (item: unknown): Amounts => ({
  cpu: readQuantity(textAt(item, 'usage', 'cpu')) ?? ZERO,
  memory: readQuantity(textAt(item, 'usage', 'memory')) ?? ZERO,
});

const sumOf = (all: readonly Amounts[]): Amounts => ({
  cpu: all.map(({ cpu }) => cpu).reduce(addQuantities, ZERO),
  memory: all.map(({ memory }) => memory).reduce(addQuantities, ZERO),
});

/** By name, or the largest first. */
function sorted<T extends Usage>({ flags }: Call, usages: readonly T[]): readonly T[] {
  const by = flags.text('sort-by');
  if (by !== '' && by !== 'cpu' && by !== 'memory') throw new Failure('--sort-by accepts only cpu or memory');
  return by === ''
    ? usages.toSorted((a, b) => (a.cells.join() < b.cells.join() ? -1 : 1))
    : usages.toSorted((a, b) => (b[by].nano > a[by].nano ? 1 : -1));
}

const print = (call: Call, header: readonly string[], usages: readonly Usage[]): void =>
  printLines(call, header, sorted(call, usages));

type Rows = readonly (readonly string[])[];

function printLines(call: Call, header: readonly string[], usages: readonly Usage[], more: Rows = []): void {
  if (usages.length === 0) return;
  const head = call.flags.bool('no-headers') ? [] : [header];
  const rows = [...head, ...usages.map(({ cells }) => cells), ...more];
  call.terminal.out(alignTabs(rows.map(row => `${row.join('\t')}\n`).join(''), TABLE_TABS));
}

function sumRows(columns: number, { cpu, memory }: Amounts): Rows {
  const empty = Array.from({ length: columns }, () => '');
  return [
    [...empty, '________', '________'],
    [...empty, cores(cpu), mebibytes(memory)],
  ];
}
