import {
  duplicate,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import type { AnyObject } from '../../../../src/api/object-meta.ts';
import { cidrProblems, ipFamily } from '../../../../src/base/ip-problems.ts';
import { labelValueProblems, qualifiedNameProblems } from '../../../../src/base/qualified-name.ts';
import { TAINT_EFFECTS, type NodeSpec, type Taint } from './node-spec.ts';
import type { NodeStatus } from './node-status.ts';
import { quantityErrors } from './validate-resources.ts';

interface NodeObject extends AnyObject {
  readonly spec: NodeSpec;
  readonly status: NodeStatus;
}

/** Core validation's ValidateNode, in its order. */
export function validateNode({ spec: { taints = [], podCIDRs = [] }, status }: NodeObject): readonly FieldError[] {
  const field = 'spec.podCIDRs';
  const families = podCIDRs.map(range => ipFamily(range.split('/')[0] ?? ''));
  const isPair = families.length === 2 && families[0] !== families[1];
  return [
    ...validateTaints(taints),
    ...validateAmounts(status),
    ...podCIDRs.flatMap((range, index) =>
      cidrProblems(range).map(problem => invalid(`${field}[${index}]`, range, problem)),
    ),
    ...(podCIDRs.length > 1 && !isPair
      ? [invalid(field, podCIDRs, 'may specify no more than one CIDR for each IP family')]
      : []),
  ];
}

const validateAmounts = (status: NodeStatus): readonly FieldError[] =>
  (['capacity', 'allocatable'] as const).flatMap(field =>
    Object.entries(status[field] ?? {}).flatMap(([name, amount]) =>
      quantityErrors(name, amount, `status.${field}.${name}`),
    ),
  );

/** Upstream tells taints as if they were metadata. */
const TAINTS = 'metadata.taints';

function validateTaints(taints: readonly Taint[]): readonly FieldError[] {
  const seen = new Set<string>();
  return taints.flatMap((taint, index) => {
    const { key, value = '', effect, timeAdded = null } = taint;
    const field = `${TAINTS}[${index}]`;
    const errors = qualifiedNameProblems(key).map(problem => invalid(`${field}.key`, key, problem));
    const problems = labelValueProblems(value);
    if (problems.length > 0) errors.push(invalid(`${field}.value`, value, problems.join(';')));
    errors.push(...effectErrors(effect, `${field}.effect`));
    const pair = `${key}:${effect}`;
    if (seen.has(pair)) {
      const asGoPrints = { Key: key, Value: value, Effect: effect, TimeAdded: timeAdded };
      errors.push({ ...duplicate(field, asGoPrints), detail: 'taints must be unique by key and effect pair' });
    }
    seen.add(pair);
    return errors;
  });
}

function effectErrors(effect: string | undefined, field: string): readonly FieldError[] {
  if (effect === undefined || effect === '') return [required(field)];
  return TAINT_EFFECTS.some(known => known === effect) ? [] : [notSupported(field, effect, TAINT_EFFECTS)];
}

/** What a node has been given it keeps. */
export function validateNodeUpdate({ spec, status }: NodeObject, { spec: old }: NodeObject): readonly FieldError[] {
  const errors: FieldError[] = [];
  const addresses = (status.addresses ?? []).map(({ type, address }) => `${type}/${address}`);
  for (const [index, address] of (status.addresses ?? []).entries()) {
    if (addresses.indexOf(`${address.type}/${address.address}`) < index) {
      const asGoPrints = { Type: address.type, Address: address.address };
      errors.push(duplicate(`status.addresses[${index}]`, asGoPrints));
    }
  }
  const before = old.podCIDRs ?? [];
  const now = spec.podCIDRs ?? [];
  if (before.length > 0) {
    const detail = 'node updates may not change podCIDR except from "" to valid';
    const changed = before.length === now.length ? before.filter((range, index) => range !== now[index]) : [''];
    errors.push(...changed.map(() => forbidden('spec.podCIDRs', detail)));
  }
  if ((old.providerID ?? '') !== '' && spec.providerID !== old.providerID) {
    errors.push(forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'));
  }
  // Upstream says this of taints a second time.
  errors.push(...validateTaints(spec.taints ?? []));
  if (spec.externalID !== old.externalID) errors.push(forbidden('spec.externalID', 'may not be updated'));
  return errors;
}
