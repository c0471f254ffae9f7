import { isRecord } from '../../../src/base/is-record.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { wholeNode } from '../../../src/api/whole-node.ts';
import type { Node } from '../../../src/schema/schema.ts';
import kinds from '../../kinds/plugin.ts';

const isResource = (value: unknown): value is Resource =>
  isRecord(value) && typeof value['kind'] === 'string' && isRecord(value['fields']);

const KNOWN: readonly Resource[] = (kinds.contributes ?? []).flatMap(({ items }) => items.filter(isResource));

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Whether objects of a kind lie in no namespace; of kinds nobody knows here, they are taken to lie in one. */
export const isKindOfCluster = ({ group, kind }: Pick<Kind, 'group' | 'kind'>): boolean =>
  KNOWN.find(each => each.group === group && each.kind === kind)?.scope === 'Cluster';

/** The schema that says how lists of a kind are merged. */
export function schemaOfKind({ group, version, kind }: Kind): Node | undefined {
  const found = KNOWN.find(each => each.group === group && each.version === version && each.kind === kind);
  return found === undefined ? undefined : wholeNode(found);
}
