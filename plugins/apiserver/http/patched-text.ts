import type { Patch } from '../../../src/api/client.ts';
import { isRecord } from '../../../src/base/is-record.ts';
import { goEscaped } from '../../../src/base/go-escaped.ts';
import { sortedJson } from '../../../src/base/sorted-json.ts';
import { inStructOrder } from '../../../src/schema/in-struct-order.ts';
import type { Node } from '../../../src/schema/schema.ts';

/**
 * What a patch made of an object, as upstream shows it in complaints: its members are in the order of their names
 * where the patch went through them, as it gave them where it gave them, and elsewhere in the order of the schema.
 */
export function patchedText(node: Node, patched: unknown, { type, body }: Patch): string {
  const touched = type === 'json' ? touchedByOperations(body) : touchedByMerge(body);
  return goEscaped(JSON.stringify(shown(node, patched, touched)));
}

type Touched = ReadonlyMap<string, Touched> | 'given' | 'sorted' | undefined;

function shown(node: Node | undefined, value: unknown, touched: Touched): unknown {
  if (touched === 'given') return value;
  if (touched === 'sorted') return sortedJson(value);
  if (touched === undefined) return node === undefined ? value : inStructOrder(node, value);
  if (Array.isArray(value)) {
    return value.map((item, index) => shown(innerNode(node, ''), item, touched.get(String(index))));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map(name => [name, shown(innerNode(node, name), value[name], touched.get(name))]),
  );
}

function innerNode(node: Node | undefined, name: string): Node | undefined {
  if (node?.kind === 'object') return node.props[name];
  if (node?.kind === 'list') return node.item;
  if (node?.kind === 'json') return node;
  return node?.kind === 'map' ? node.value : undefined;
}

function touchedByMerge(body: unknown): Touched {
  if (!isRecord(body)) return 'sorted';
  return new Map(Object.entries(body).map(([name, member]) => [name, touchedByMerge(member)]));
}

function touchedByOperations(operations: unknown): Touched {
  const root = new Map<string, Touched>();
  for (const operation of Array.isArray(operations) ? operations : []) {
    if (!isRecord(operation) || typeof operation['path'] !== 'string') continue;
    const path = operation['path'].split('/').slice(1);
    let within = root;
    for (const segment of path.slice(0, -1)) {
      const known = within.get(segment);
      const next = known instanceof Map ? known : new Map<string, Touched>();
      within.set(segment, next);
      within = next;
    }
    if ('value' in operation) within.set(path.at(-1) ?? '', 'given');
  }
  return root;
}
