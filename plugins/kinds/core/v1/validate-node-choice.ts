import { invalid, type FieldError } from '../../../../src/api/field-error.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { unversioned } from '../../../../src/schema/unversioned.ts';
import { nodeSelectorTerm, type NodeSelectorTerm } from './node-selector.ts';
import type { PodSpec } from './pod-spec.ts';
import { unversionedTypes } from './unversioned-types.ts';

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
    const shown = terms.length === 0 ? null : terms.map(printed);
    return [invalid(TERMS, shown, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed')];
  }
  return terms.flatMap((term, index) =>
    isNarrower(term, before[index] ?? {})
      ? []
      : [invalid(`${TERMS}[${index}]`, printed(term), 'only additions are allowed (no mutations or deletions)')],
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

const printed = (term: NodeSelectorTerm): unknown => unversioned(nodeSelectorTerm.node, term, unversionedTypes);

/** The spec with the choice of a node that `old` made. */
export function withChoiceOf(spec: PodSpec, old: PodSpec): PodSpec {
  const { nodeSelector: _selector, affinity, ...rest } = spec;
  const { nodeAffinity: _nodes, ...others } = affinity ?? {};
  const { nodeSelector, affinity: before } = old;
  const nodeAffinity = before?.nodeAffinity;
  const isNone = Object.keys(others).length === 0 && nodeAffinity === undefined;
  const kept = { ...others, ...(nodeAffinity === undefined ? {} : { nodeAffinity }) };
  const isEmptied = isNone && before === undefined;
  return {
    ...rest,
    ...(nodeSelector === undefined ? {} : { nodeSelector }),
    ...(isEmptied || (isNone && affinity === undefined) ? {} : { affinity: kept }),
  };
}
