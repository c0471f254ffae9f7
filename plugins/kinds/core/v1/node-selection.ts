import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from './node-selector.ts';
import type { PodSpec } from './pod-spec.ts';

/** What a selector looks at. */
export interface SelectableNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Whether a pod's `nodeSelector` and required node affinity let it onto a node. */
export function isChosenBy({ nodeSelector = {}, affinity }: PodSpec, node: SelectableNode): boolean {
  for (const [key, value] of Object.entries(nodeSelector)) {
    if (labelOf(node, key) !== value) return false;
  }
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || matchesNodeSelector(required, node);
}

/** Any of the terms; none selects nothing. */
export const matchesNodeSelector = (selector: NodeSelector, node: SelectableNode): boolean =>
  selector.nodeSelectorTerms.some(term => matchesTerm(term, node));

/** All requirements of a term; an empty term selects nothing. */
export function matchesTerm(
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  node: SelectableNode,
): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  return (
    matchExpressions.every(requirement => meets(requirement, labelOf(node, requirement.key))) &&
    matchFields.every(requirement => meets(requirement, requirement.key === 'metadata.name' ? node.name : undefined))
  );
}

const labelOf = ({ labels }: SelectableNode, key: string): string | undefined =>
  Object.hasOwn(labels, key) ? labels[key] : undefined;

function meets({ operator, values = [] }: NodeSelectorRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
    case 'Lt': {
      const bound = values[0];
      if (value === undefined || bound === undefined || !isInteger(value) || !isInteger(bound)) return false;
      return operator === 'Gt' ? BigInt(value) > BigInt(bound) : BigInt(value) < BigInt(bound);
    }
  }
}

const isInteger = (text: string): boolean => /^-?\d{1,19}$/.test(text);
