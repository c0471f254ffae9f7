import { closeSync } from 'node:fs';
import type { NetworkChange, NetworkNative } from '../../native/network.ts';
import type { IpNumber } from '../../src/base/ip-number.ts';
import type { Ability } from '../runtime/contract.ts';
import { gatewayMac, linkNames, macOf } from './link-name.ts';
import { PROXIES, type Family, type PolicyTable } from './policy/policy-table.ts';
import { tableChanges } from './policy/table-changes.ts';
import { tableNames, writeTable } from './policy/write-table.ts';

const ANY_NETWORKS = { 4: { address: '10.0.0.0', prefix: 8 }, 6: { address: 'fd00::', prefix: 8 } };

/** What pod networks of these families take, tried in namespaces that are gone afterwards. */
export async function networkAbilities(
  native: NetworkNative,
  families: readonly Family[] = [4],
): Promise<readonly Ability[]> {
  const namespaces: number[] = [];

  try {
    namespaces.push(native.netnsCreate(), native.netnsCreate());
    const [netns = -1, peerNetns = -1] = namespaces;
    const link: NetworkChange = {
      netns,
      kind: 'veth',
      name: 'probe',
      mac: gatewayMac,
      peerName: 'eth0',
      peerMac: macOf('10.0.0.2'),
      peerNetns,
      mtu: null,
    };
    const nat = families.map(
      (family): NetworkChange => ({
        netns,
        kind: 'masquerade',
        table: 'tiphys-probe',
        source: ANY_NETWORKS[family],
        exceptTo: ANY_NETWORKS[family],
        exceptDevice: 'probe',
      }),
    );
    return await Promise.all([
      tried(native, [link], 'pod links', 'veth', 'missing', 'pods cannot be given a network'),
      tried(native, nat, 'masquerading', 'nft_masq', 'degraded', 'pods reach nothing outside of this node'),
      // In the other one: rules of one namespace are written one after the other.
      policyAbility(native, peerNetns, families),
    ]);
  } catch (error) {
    return [
      lacking('pod links', 'missing', `no network namespace can be made: ${String(error)}`, 'run tiphys as root'),
    ];
  } finally {
    for (const namespace of namespaces) closeSync(namespace);
  }
}

/** All that rules of policies are made of, as they are made of it. */
async function policyAbility(native: NetworkNative, netns: number, families: readonly Family[]): Promise<Ability> {
  const names = tableNames(linkNames('probe'));
  const probe = async (): Promise<void> => {
    for (const family of families)
      await native.nftTransact(netns, writeTable(family, tableChanges('unknown', PROBED[family]), names));
  };
  const without = 'NetworkPolicies are not enforced';
  return attempted(probe, POLICY_ABILITY, 'nft_ct', 'degraded', without);
}

export const POLICY_ABILITY = 'network policies';

const probed = (first: IpNumber, last: IpNumber): PolicyTable => ({
  sets: new Map([
    [PROXIES, { kind: 'pods', addresses: new Set([first]) }],
    ['block', { kind: 'block', ranges: [{ first, last }] }],
  ]),
  chains: new Map([['chain', [{ peers: 'block', port: { protocol: 'TCP', first: 1, last: 2 } }]]]),
  ingress: new Map([[first, 'chain']]),
  egress: new Map(),
});
const PROBED = { 4: probed(1, 2), 6: probed(1n, 2n) };

const tried = (
  native: NetworkNative,
  changes: readonly NetworkChange[],
  name: string,
  module: string,
  state: 'degraded' | 'missing',
  without: string,
): Promise<Ability> => attempted(() => native.networkApply(changes), name, module, state, without);

async function attempted(
  change: () => Promise<void>,
  name: string,
  module: string,
  state: 'degraded' | 'missing',
  without: string,
): Promise<Ability> {
  try {
    await change();
    return { name, state: 'ok', detail: `the kernel has ${module}`, remedy: '' };
  } catch (error) {
    return lacking(name, state, `${without}: ${String(error)}`, `modprobe ${module}`);
  }
}

const lacking = (name: string, state: 'degraded' | 'missing', detail: string, remedy: string): Ability => ({
  name,
  state,
  detail,
  remedy,
});
