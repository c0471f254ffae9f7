import type { FoundRoute } from '../../native/network.ts';
import type { Ability } from '../runtime/contract.ts';
import { uplink } from './node-address.ts';

export interface Ipv6Facts {
  readonly hasKernel: boolean;
  /** Of IPv6. */
  readonly routes: readonly FoundRoute[];
  readonly links: readonly { readonly index: number; readonly name: string }[];
}

/** What a cluster of both families would find here, or misses here where it is one (`isUsed`). Pure. */
export function ipv6Ability({ hasKernel, ...facts }: Ipv6Facts, isUsed: boolean): Ability {
  const name = 'IPv6';
  const without = (detail: string, remedy: string): Ability =>
    isUsed ? { name, state: 'degraded', detail, remedy } : { name, state: 'ok', detail, remedy: '' };
  if (!hasKernel) return without('the kernel has none: clusters here are of IPv4 alone', 'boot without ipv6.disable=1');
  const away = uplink(facts);
  if (away === undefined)
    return without(
      'no default route of IPv6: pods reach addresses of IPv6 within the cluster only',
      'give this machine one',
    );
  return { name, state: 'ok', detail: `the default route is over ${away}`, remedy: '' };
}
