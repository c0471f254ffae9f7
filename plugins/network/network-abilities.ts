import { closeSync } from 'node:fs';
import type { NetworkChange, NetworkNative } from '../../native/network.ts';
import type { Ability } from '../runtime/contract.ts';
import { gatewayMac, linkNames, macOf } from './link-name.ts';
import { PROXIES, type PolicyTable } from './policy/policy-table.ts';
import { tableChanges } from './policy/table-changes.ts';
import { tableNames, writeTable } from './policy/write-table.ts';

const ANY_NETWORK = { address: '10.0.0.0', prefix: 8 };

/** What pod networks take, tried in namespaces that are gone afterwards. */
export async function networkAbilities(native: NetworkNative): Promise<readonly Ability[]> {
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
    const nat: NetworkChange = {
      netns,
      kind: 'masquerade',
      table: 'tiphys-probe',
      source: ANY_NETWORK,
      exceptTo: ANY_NETWORK,
      exceptDevice: 'probe',
    };
    return [
      await tried(native, link, 'pod links', 'veth', 'missing', 'pods cannot be given a network'),
      await tried(native, nat, 'masquerading', 'nft_masq', 'degraded', 'pods reach nothing outside of this node'),
      await policyAbility(native, netns),
    ];
  } catch (error) {
    return [
      lacking('pod links', 'missing', `no network namespace can be made: ${String(error)}`, 'run tiphys as root'),
    ];
  } finally {
    for (const namespace of namespaces) closeSync(namespace);
  }
}

/** All that rules of policies are made of, as they are made of it. */
async function policyAbility(native: NetworkNative, netns: number): Promise<Ability> {
  const table = writeTable(tableChanges('unknown', PROBED), tableNames(linkNames('probe'), 0));
  const without = 'NetworkPolicies are not enforced';
  return attempted(() => native.nftTransact(netns, table), POLICY_ABILITY, 'nft_ct', 'degraded', without);
}

export const POLICY_ABILITY = 'network policies';

const PROBED: PolicyTable = {
  sets: new Map([
    [PROXIES, { kind: 'pods', addresses: new Set([1]) }],
    ['block', { kind: 'block', ranges: [{ first: 1, last: 2 }] }],
  ]),
  chains: new Map([['chain', [{ peers: 'block', port: { protocol: 'TCP', first: 1, last: 2 } }]]]),
  ingress: new Map([[1, 'chain']]),
  egress: new Map(),
};

const tried = (
  native: NetworkNative,
  change: NetworkChange,
  name: string,
  module: string,
  state: 'degraded' | 'missing',
  without: string,
): Promise<Ability> => attempted(() => native.networkApply([change]), name, module, state, without);

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
