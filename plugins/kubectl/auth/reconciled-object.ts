import { isDeepStrictEqual } from 'node:util';
import { fieldsAt, listAt, textAt, withField, type Fields } from '../dig.ts';
import type { KubeObject } from '../kube-object.ts';
import { policyRule, ruleFields, uncoveredRules, type PolicyRule } from './uncovered-rules.ts';

export type Operation = 'none' | 'create' | 'update' | 'recreate';

/** What has to be done so that an object grants what it should, and what of it is new or too much. */
export interface Reconciled {
  readonly operation: Operation;
  readonly object: KubeObject;
  /** The object that is there wants to stay as it is. */
  readonly isProtected: boolean;
  readonly missingRules: readonly PolicyRule[];
  readonly extraRules: readonly PolicyRule[];
  readonly missingSubjects: readonly Fields[];
  readonly extraSubjects: readonly Fields[];
}

const UNCHANGED = { missingRules: [], extraRules: [], missingSubjects: [], extraSubjects: [] } as const;

const rulesOf = (object: KubeObject): readonly PolicyRule[] => listAt(object, 'rules').map(policyRule);
const subjectsOf = (object: KubeObject): readonly Fields[] => listAt(object, 'subjects').map(each => fieldsAt(each));

/** `existing` is `undefined` for what is not there; `isExact`: what is too much is taken away. */
export function reconciledObject(existing: KubeObject | undefined, wanted: KubeObject, isExact: boolean): Reconciled {
  if (existing === undefined) {
    const missing = { missingRules: rulesOf(wanted), missingSubjects: subjectsOf(wanted) };
    return { ...UNCHANGED, ...missing, operation: 'create', object: wanted, isProtected: false };
  }
  const annotations = fieldsAt(existing, 'metadata', 'annotations');
  const isProtected = textAt(annotations, 'rbac.authorization.kubernetes.io/autoupdate') === 'false';
  if (!isDeepStrictEqual(roleRef(existing), roleRef(wanted))) {
    return { ...UNCHANGED, operation: 'recreate', object: wanted, isProtected };
  }
  const next = existing.kind.endsWith('Binding')
    ? withSubjects(existing, wanted, isExact)
    : withRules(existing, wanted, isExact);
  const object = withMetadata(next.object, wanted);
  const operation = isDeepStrictEqual(object, existing) ? 'none' : 'update';
  return { ...UNCHANGED, ...next, object, operation, isProtected };
}

const roleRef = (object: KubeObject): readonly string[] =>
  ['apiGroup', 'kind', 'name'].map(field => textAt(object, 'roleRef', field));

function withMetadata(object: KubeObject, wanted: KubeObject): KubeObject {
  let next: Fields = object;
  for (const field of ['annotations', 'labels']) {
    const merged = { ...fieldsAt(wanted, 'metadata', field), ...fieldsAt(object, 'metadata', field) };
    if (Object.keys(merged).length > 0) next = withField(next, ['metadata', field], merged);
  }
  return next as KubeObject;
}

type Changed = Pick<Reconciled, 'object'> & Partial<Reconciled>;

function withSubjects(existing: KubeObject, wanted: KubeObject, isExact: boolean): Changed {
  const [are, shouldBe] = [subjectsOf(existing), subjectsOf(wanted)];
  const [missingSubjects, extraSubjects] = [without(shouldBe, are), without(are, shouldBe)];
  const isLacking = missingSubjects.length > 0;
  const subjects = isExact && (isLacking || extraSubjects.length > 0) ? shouldBe : [...are, ...missingSubjects];
  const object = isLacking || subjects === shouldBe ? { ...existing, subjects } : existing;
  return { object, missingSubjects, extraSubjects };
}

/** Each of `some` once that is not among `others`. */
function without(some: readonly Fields[], others: readonly Fields[]): readonly Fields[] {
  const isIn = (all: readonly Fields[], subject: Fields): boolean => all.some(each => isSameSubject(each, subject));
  const left: Fields[] = [];
  for (const each of some) if (!isIn(others, each) && !isIn(left, each)) left.push(each);
  return left;
}

const isSameSubject = (a: Fields, b: Fields): boolean =>
  ['kind', 'apiGroup', 'name', 'namespace'].every(field => textAt(a, field) === textAt(b, field));

function withRules(existing: KubeObject, wanted: KubeObject, isExact: boolean): Changed {
  const [are, shouldBe] = [rulesOf(existing), rulesOf(wanted)];
  const isAggregated = 'aggregationRule' in existing && 'aggregationRule' in wanted;
  const missingRules = uncoveredRules(are, shouldBe);
  const extraRules = isAggregated ? [] : uncoveredRules(shouldBe, are);
  const isStomped = isExact && (missingRules.length > 0 || extraRules.length > 0);
  const rules = isStomped ? listAt(wanted, 'rules') : [...listAt(existing, 'rules'), ...missingRules.map(ruleFields)];
  const object = isStomped || missingRules.length > 0 ? { ...existing, rules } : existing;
  return { object: withSelectors(object, wanted, isExact), missingRules, extraRules };
}

/** What a role that gathers the rules of others selects them by. */
function withSelectors(existing: KubeObject, wanted: KubeObject, isExact: boolean): KubeObject {
  if (!('aggregationRule' in wanted)) return withField(existing, ['aggregationRule'], undefined) as KubeObject;
  const path = ['aggregationRule', 'clusterRoleSelectors'] as const;
  const [are, shouldBe] = [listAt(existing, ...path), listAt(wanted, ...path)];
  const lacking = (all: readonly unknown[], some: readonly unknown[]): readonly unknown[] =>
    some.filter(each => !all.some(other => isDeepStrictEqual(other, each)));
  const missing = lacking(are, shouldBe);
  if (isExact && (missing.length > 0 || lacking(shouldBe, are).length > 0)) {
    return withField(existing, path, shouldBe) as KubeObject;
  }
  return missing.length === 0 ? existing : (withField(existing, path, [...are, ...missing]) as KubeObject);
}
