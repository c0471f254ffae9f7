import { invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { canonicalCidrProblems, parseIpRange } from '../../../../src/base/ip-range.ts';

interface CidrLike {
  readonly spec: { readonly cidrs?: readonly string[] };
}

const MAX_CIDRS = 2;
const FIELD = 'spec.cidrs';
const FIXED = 'field is immutable';

export function validateServiceCidr({ spec: { cidrs = [] } }: CidrLike): readonly FieldError[] {
  if (cidrs.length === 0) return [required(FIELD, 'at least one CIDR required')];
  // In Go's own type, which has no names for JSON.
  if (cidrs.length > MAX_CIDRS) return [invalid(FIELD, { CIDRs: cidrs }, 'may only hold up to 2 values')];
  const [first, second] = cidrs.map(cidr => parseIpRange(cidr)?.family);
  const isTwice = cidrs.length === MAX_CIDRS && first !== undefined && first === second;
  const detail = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';
  return [
    ...cidrs.flatMap((cidr, index) =>
      canonicalCidrProblems(cidr).map(problem => invalid(`${FIELD}[${index}]`, cidr, problem)),
    ),
    ...(isTwice ? [invalid(FIELD, cidrs, detail)] : []),
  ];
}

/** A range of the other family may be added; nothing else changes. */
export function validateServiceCidrUpdate({ spec }: CidrLike, { spec: before }: CidrLike): readonly FieldError[] {
  const { cidrs = [] } = spec;
  const { cidrs: old = [] } = before;
  const isGrown = old.length === 1 && cidrs.length === MAX_CIDRS;
  if (!isGrown && cidrs.length !== old.length) return [invalid(FIELD, cidrs, FIXED)];
  return [
    ...old.flatMap((cidr, index) =>
      cidr === cidrs[index] ? [] : [invalid(`${FIELD}[${index}]`, cidrs[index], FIXED)],
    ),
    ...(isGrown ? validateServiceCidr({ spec }) : []),
  ];
}
