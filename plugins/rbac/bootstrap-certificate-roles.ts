import type { BootstrapRole, BootstrapSubject } from './bootstrap-role.ts';
import { resourceRule as rule, type PolicyRule } from './policy-rule.ts';

const GROUP = 'certificates.k8s.io';
const REQUESTS = 'certificatesigningrequests';
const group = (name: string): BootstrapSubject => ({ kind: 'Group', name });

const approver = (signer: string): BootstrapRole => ({
  name: `system:certificates.k8s.io:${signer}-approver`,
  rules: [{ ...approve, resourceNames: [`kubernetes.io/${signer}`] }],
});
const approve: PolicyRule = { verbs: ['approve'], apiGroups: [GROUP], resources: ['signers'] };

/** Who may ask for certificates, and whose requests are approved without anybody's word, bound as kubeadm binds them. */
export const BOOTSTRAP_CERTIFICATE_ROLES: readonly BootstrapRole[] = [
  {
    name: 'system:node-bootstrapper',
    rules: [rule('create get list watch', [GROUP], REQUESTS)],
    boundTo: [group('system:bootstrappers')],
  },
  {
    name: `system:certificates.k8s.io:${REQUESTS}:nodeclient`,
    rules: [rule('create', [GROUP], `${REQUESTS}/nodeclient`)],
    boundTo: [group('system:bootstrappers')],
  },
  {
    name: `system:certificates.k8s.io:${REQUESTS}:selfnodeclient`,
    rules: [rule('create', [GROUP], `${REQUESTS}/selfnodeclient`)],
    boundTo: [group('system:nodes')],
  },
  approver('kube-apiserver-client'),
  approver('kube-apiserver-client-kubelet'),
  approver('kubelet-serving'),
  approver('legacy-unknown'),
];
