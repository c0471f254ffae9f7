import { labelSelector } from '../../../../src/api/label-selector-schema.ts';
import { type Stored, int32, intOrString, list, object, oneOf, string } from '../../../../src/schema/schema.ts';

const ipBlock = object({
  cidr: string().byRule().doc('A range of addresses.').at(1),
  except: list(string()).omitEmpty().doc('Ranges within it that are left out.').at(2),
})
  .named('io.k8s.api.networking.v1.IPBlock')
  .doc('Addresses outside the cluster.');
export type IPBlock = Stored<typeof ipBlock>;

const networkPolicyPort = object({
  protocol: oneOf('TCP', 'UDP', 'SCTP').byRule().default('TCP').doc('TCP, UDP or SCTP.').at(1),
  port: intOrString().optional().doc('A number, or what pods call it; all unless given.').at(2),
  endPort: int32().optional().doc('Last of the numbers from `port` on.').at(3),
})
  .named('io.k8s.api.networking.v1.NetworkPolicyPort')
  .doc('A port that traffic is let through to.');
export type NetworkPolicyPort = Stored<typeof networkPolicyPort>;

const networkPolicyPeer = object({
  podSelector: labelSelector.optional().doc('Pods, of the policy’s namespace or of those selected.').at(1),
  namespaceSelector: labelSelector.optional().doc('Namespaces.').at(2),
  ipBlock: ipBlock.optional().doc('Addresses.').at(3),
})
  .named('io.k8s.api.networking.v1.NetworkPolicyPeer')
  .doc('Who traffic is let through from or to.');
export type NetworkPolicyPeer = Stored<typeof networkPolicyPeer>;

const networkPolicyIngressRule = object({
  ports: list(networkPolicyPort).omitEmpty().doc('To which ports; all unless given.').at(1),
  from: list(networkPolicyPeer).omitEmpty().doc('From whom; anybody unless given.').at(2),
})
  .named('io.k8s.api.networking.v1.NetworkPolicyIngressRule')
  .doc('Traffic to the pods that is let through.');

const networkPolicyEgressRule = object({
  ports: list(networkPolicyPort).omitEmpty().doc('To which ports; all unless given.').at(1),
  to: list(networkPolicyPeer).omitEmpty().doc('To whom; anybody unless given.').at(2),
})
  .named('io.k8s.api.networking.v1.NetworkPolicyEgressRule')
  .doc('Traffic from the pods that is let through.');

export const networkPolicySpec = object({
  podSelector: labelSelector.present().doc('The pods it is about; all of the namespace if empty.').at(1),
  ingress: list(networkPolicyIngressRule).omitEmpty().doc('Traffic to them that is let through.').at(2),
  egress: list(networkPolicyEgressRule).omitEmpty().doc('Traffic from them that is let through.').at(3),
  policyTypes: list(string().choices('Egress', 'Ingress')).omitEmpty().doc('What it is about: Ingress, Egress.').at(4),
})
  .named('io.k8s.api.networking.v1.NetworkPolicySpec')
  .doc('Traffic that is let through.');
export type NetworkPolicySpec = Stored<typeof networkPolicySpec>;
