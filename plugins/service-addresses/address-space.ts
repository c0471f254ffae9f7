import type { FieldError } from '../../src/api/field-error.ts';
import type { IpRange } from '../../src/base/ip-range.ts';
import type { ServiceSpec } from '../kinds/core/v1/service-spec.ts';
import type { Family } from './settle-families.ts';

/** What addresses and ports there are, and which of them other services hold. */
export interface AddressSpace {
  /** Of the cluster's services; the first is what they have by default. */
  readonly families: readonly Family[];
  readonly serviceCidrs: readonly IpRange[];
  readonly nodePorts: { readonly first: number; readonly last: number };
  /** As far as is known here: what is not may be another's all the same. */
  isAddressTaken(address: string): boolean;
  /** Whether it was asked for, and is another's. */
  isAddressRefused(address: string): boolean;
  isNodePortTaken(port: number): boolean;
}

export type Claimed = { readonly spec: ServiceSpec } | { readonly errors: readonly FieldError[] };
