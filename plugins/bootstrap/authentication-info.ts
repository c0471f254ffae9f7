import type { Client } from '../../src/api/client.ts';
import { isDeepEqual } from '../../src/base/deep-equal.ts';
import { createUnlessPresent } from '../../src/sdk/create-unless-present.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { RoleBinding } from '../kinds/rbac/v1/role-binding.ts';
import { Role } from '../kinds/rbac/v1/role.ts';

const NAME = 'extension-apiserver-authentication';
const READER = `${NAME}-reader`;
const NAMESPACE = 'kube-system';
const GROUP = 'rbac.authorization.k8s.io';

/**
 * Tells servers behind this one how its users are known: by what CA clients are, and by what headers of which client
 * it says who asks. Who may read that is up to whoever sets such a server up, by the Role made here.
 */
export async function ensureAuthenticationInfo(client: Client, clientCa: string, proxyCa: string): Promise<void> {
  await Promise.all([ensureInfo(client, authenticationInfo(clientCa, proxyCa)), ensureReaders(client)]);
}

/** As kubeadm has it. */
const authenticationInfo = (clientCa: string, proxyCa: string): Readonly<Record<string, string>> => ({
  'client-ca-file': clientCa,
  'requestheader-allowed-names': '["front-proxy-client"]',
  'requestheader-client-ca-file': proxyCa,
  'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
  'requestheader-group-headers': '["X-Remote-Group"]',
  'requestheader-username-headers': '["X-Remote-User"]',
});

async function ensureInfo(client: Client, data: Readonly<Record<string, string>>): Promise<void> {
  const metadata = { name: NAME, namespace: NAMESPACE };
  await createUnlessPresent(client, ConfigMap, { metadata, data });
  const present = await client.get(ConfigMap, metadata);
  const all = { ...present.data, ...data };
  if (!isDeepEqual(present.data, all)) await client.update(ConfigMap, { ...present, data: all });
}

async function ensureReaders(client: Client): Promise<void> {
  const made = {
    namespace: NAMESPACE,
    labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
    annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
  };
  await createUnlessPresent(client, Role, {
    metadata: { ...made, name: READER },
    rules: [{ apiGroups: [''], resources: ['configmaps'], resourceNames: [NAME], verbs: ['get', 'list', 'watch'] }],
  });
  await createUnlessPresent(client, RoleBinding, {
    metadata: { ...made, name: `system::${READER}` },
    roleRef: { apiGroup: GROUP, kind: 'Role', name: READER },
    subjects: ['system:kube-controller-manager', 'system:kube-scheduler'].map(name => ({
      apiGroup: GROUP,
      kind: 'User',
      name,
    })),
  });
}
