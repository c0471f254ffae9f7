import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { placed } from '../../../../src/api/field-error.ts';
import { formatLabelSelector } from '../../../../src/api/format-labels.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { cidrWarnings } from '../../../../src/base/ip-range.ts';
import { networkPolicySpec, type NetworkPolicyPeer, type NetworkPolicySpec } from './network-policy-spec.ts';
import { validateNetworkPolicySpec } from './validate-network-policy.ts';

/** What columns and warnings are computed from. */
interface Parts {
  readonly spec: NetworkPolicySpec;
}

export const NetworkPolicy = defineResource({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  shortNames: ['netpol'],
  scope: 'Namespaced',
  generation: true,
  doc: 'Traffic of pods that is let through.',
  openapiName: 'io.k8s.api.networking.v1.NetworkPolicy',
  fields: {
    spec: networkPolicySpec.present().doc('Which pods, and which traffic.').at(2),
  },
  columns: [
    nameColumn,
    text('Pod-Selector', 'The pods it is about.', ({ spec }: Parts) => formatLabelSelector(spec.podSelector)),
    ageColumn,
  ],
  defaults: policy => {
    const { policyTypes = [], egress = [] } = policy.spec;
    if (policyTypes.length > 0) return policy;
    const types = egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
    return { ...policy, spec: { ...policy.spec, policyTypes: types } };
  },
  validate: ({ spec }) => placed('', validateNetworkPolicySpec(spec)),
  warnings: ({ spec: { ingress = [], egress = [] } }: Parts) => [
    ...ingress.flatMap(({ from = [] }, index) => blockWarnings(from, `spec.ingress[${index}].from`)),
    ...egress.flatMap(({ to = [] }, index) => blockWarnings(to, `spec.egress[${index}].to`)),
  ],
});
export type NetworkPolicy = ObjectOf<typeof NetworkPolicy>;

const blockWarnings = (peers: readonly NetworkPolicyPeer[], field: string): readonly string[] =>
  peers.flatMap(({ ipBlock }, index) => {
    if (ipBlock === undefined) return [];
    const path = `${field}[${index}].ipBlock`;
    const { cidr, except = [] } = ipBlock;
    return [
      ...cidrWarnings(cidr, `${path}.cidr`),
      ...except.flatMap((range, at) => cidrWarnings(range, `${path}.except[${at}]`)),
    ];
  });
