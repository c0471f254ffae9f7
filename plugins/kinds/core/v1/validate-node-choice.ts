import { invalid, type FieldError } from '../../../../src/api/field-error.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import type { NodeSelectorTerm } from './node-selector.ts';
import type { PodSpec } from './pod-spec.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const TERMS = `spec.affinity.nodeAffinity.${REQUIRED}.nodeSelectorTerms`;

/** While gates keep a pod from being placed, it may become choosier about its node, not less so. */
export function validateChoice(spec: PodSpec, old: PodSpec): readonly FieldError[] {
  const { nodeSelector } = spec;
  const isKept = Object.entries(old.nodeSelector ?? {}).every(([key, value]) => nodeSelector?.[key] === value);
  const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
  return [...(isKept ? [] : [invalid('spec.nodeSelector', nodeSelector ?? null, detail)]), ...termErrors(spec, old)];
}

function termErrors(spec: PodSpec, old: PodSpec): readonly FieldError[] {
  const [terms, before] = [spec, old].map(one => one.affinity?.nodeAffinity?.[REQUIRED]?.nodeSelectorTerms ?? []);
  if (terms === undefined || before === undefined || before.length === 0) return [];
  if (before.length !== terms.length) {
    const shown = terms.length === 0 ? null : terms.map(unversioned);
    return [invalid(TERMS, shown, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed')];
  }
  return terms.flatMap((term, index) =>
    isNarrower(term, before[index] ?? {})
      ? []
      : [invalid(`${TERMS}[${index}]`, unversioned(term), 'only additions are allowed (no mutations or deletions)')],
  );
}

/** A term without requirements matches nothing, and goes on doing so. */
function isNarrower(next: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const lists = ['matchExpressions', 'matchFields'] as const;
  const count = (term: NodeSelectorTerm): number => lists.reduce((sum, list) => sum + (term[list] ?? []).length, 0);
  if (count(old) === 0) return count(next) === 0;
  return lists.every(list => {
    const kept = old[list] ?? [];
    return isDeepEqual((next[list] ?? []).slice(0, kept.length), kept);
  });
}

/** As upstream's unversioned type prints it in a message. */
function unversioned({ matchExpressions, matchFields }: NodeSelectorTerm): object {
  const shown = (list: NodeSelectorTerm['matchFields']): readonly object[] | null =>
    list?.map(({ key, operator, values }) => ({ Key: key, Operator: operator, Values: values ?? null })) ?? null;
  return { MatchExpressions: shown(matchExpressions), MatchFields: shown(matchFields) };
}

/** What else is fixed. */
export function withoutChoice(spec: PodSpec): Omit<PodSpec, 'nodeSelector'> {
  const { nodeSelector: _selector, affinity, ...rest } = spec;
  const { nodeAffinity: _nodes, ...others } = affinity ?? {};
  return { ...rest, ...(Object.keys(others).length === 0 ? {} : { affinity: others }) };
}
