import { labelValueProblems, qualifiedNameProblems } from '../../../src/base/qualified-name.ts';
import type { Taint } from '../../kinds/core/v1/node-spec.ts';

/** What a node is registered with besides what it is. */
export interface NodeMarks {
  readonly labels: Readonly<Record<string, string>>;
  /** Given when the node is made; what becomes of them later is others' to say. */
  readonly taints: readonly Taint[];
}

export interface NodeMarkSettings {
  /** `key=value` */
  readonly nodeLabel: readonly string[];
  /** `key=value:Effect` or `key:Effect` */
  readonly nodeTaint: readonly string[];
}

/** Throws for what is no label or taint. */
export function readNodeMarks({ nodeLabel, nodeTaint }: NodeMarkSettings): NodeMarks {
  return { labels: Object.fromEntries(nodeLabel.map(readLabel)), taints: nodeTaint.map(readTaint) };
}

function readLabel(text: string): readonly [string, string] {
  const [, key = '', value = ''] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (!isMark(key, value)) throw new Error(`invalid nodeLabel ${JSON.stringify(text)}: it has to be key=value`);
  return [key, value];
}

function readTaint(text: string): Taint {
  const [, key = '', value = '', asked] = /^([^=:]+)(?:=([^:]*))?:(.+)$/.exec(text) ?? [];
  const effect = EFFECTS.find(known => known === asked);
  if (isMark(key, value) && effect !== undefined) return { key, ...(value === '' ? {} : { value }), effect };
  throw new Error(`invalid nodeTaint ${JSON.stringify(text)}: it has to be key=value:${EFFECTS.join(' or ')}`);
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

const isMark = (key: string, value: string): boolean =>
  qualifiedNameProblems(key).length === 0 && labelValueProblems(value).length === 0;
