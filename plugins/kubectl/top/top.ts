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
        flags: COMMON,
        run: topNodes,
      }),
    },
    pod: {
      about: 'Display resource (CPU/memory) usage of pods',
      aliases: ['pods', 'po'],
      load: async () => ({
        usage: '[NAME | -l label]',
        about: 'Display resource (CPU/memory) usage of pods.',
        flags: [...COMMON, bool('all-namespaces', 'Pods of all namespaces.', { short: 'A' })],
        run: topPods,
      }),
    },
  },
};

const ROOT = '/apis/metrics.k8s.io/v1beta1';
const ZERO = parseQuantity('0');

interface Usage {
  readonly cells: readonly string[];
  readonly cpu: Quantity;
  readonly memory: Quantity;
}

async function topNodes(call: Call): Promise<void> {
  const items = await metrics(call, `${ROOT}/nodes`);
  const client = await call.cluster.client();
  const nodes = listAt(await client.json('/api/v1/nodes'), 'items');
  print(
    call,
    ['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)'],
    items.map(item => {
      const node = nodes.find(each => nameOf(each) === nameOf(item));
      const [cpu, memory] = (['cpu', 'memory'] as const).map(name => readQuantity(textAt(item, 'usage', name)) ?? ZERO);
      const share = (amount: Quantity, name: string): string => {
        const whole = readQuantity(textAt(node, 'status', 'allocatable', name)) ?? ZERO;
        return whole.nano === 0n ? '<unknown>' : `${(amount.nano * 100n) / whole.nano}%`;
      };
      const [used, bytes] = [cpu ?? ZERO, memory ?? ZERO];
      return {
        cells: [nameOf(item), cores(used), share(used, 'cpu'), mebibytes(bytes), share(bytes, 'memory')],
        cpu: used,
        memory: bytes,
      };
    }),
  );
}

async function topPods(call: Call): Promise<void> {
  const isEverywhere = call.flags.bool('all-namespaces');
  const within = isEverywhere ? '' : `/namespaces/${await call.cluster.namespace()}`;
  const items = await metrics(call, `${ROOT}${within}/pods`);
  const header = [...(isEverywhere ? ['NAMESPACE'] : []), 'NAME', 'CPU(cores)', 'MEMORY(bytes)'];
  print(
    call,
    header,
    items.map(item => {
      const sum = (name: string): Quantity =>
        listAt(item, 'containers')
          .map(container => readQuantity(textAt(container, 'usage', name)) ?? ZERO)
          .reduce(addQuantities, ZERO);
      const [cpu, memory] = [sum('cpu'), sum('memory')];
      return {
        cells: [...(isEverywhere ? [namespaceOf(item)] : []), nameOf(item), cores(cpu), mebibytes(memory)],
        cpu,
        memory,
      };
    }),
  );
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

function print({ flags, terminal }: Call, header: readonly string[], usages: readonly Usage[]): void {
  const by = flags.text('sort-by');
  if (by !== '' && by !== 'cpu' && by !== 'memory') throw new Failure('--sort-by accepts only cpu or memory');
  const sorted =
    by === ''
      ? usages.toSorted((a, b) => (a.cells.join() < b.cells.join() ? -1 : 1))
      : usages.toSorted((a, b) => (b[by].nano > a[by].nano ? 1 : -1));
  const rows = [...(flags.bool('no-headers') ? [] : [header]), ...sorted.map(({ cells }) => cells)];
  terminal.out(alignTabs(rows.map(row => `${row.join('\t')}\n`).join(''), TABLE_TABS));
}
