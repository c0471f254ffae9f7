import { expect, it } from 'vitest';
import { testApi } from '../apiserver/testing/test-api.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { RoleBinding } from '../kinds/rbac/v1/role-binding.ts';
import { Role } from '../kinds/rbac/v1/role.ts';
import { ensureAuthenticationInfo } from './authentication-info.ts';

it('tells servers behind this one how users are known, again after a CA changed, and keeps what others added', async () => {
  const { admin } = await testApi();
  await admin.create(Namespace, { metadata: { name: 'kube-system' } });
  await ensureAuthenticationInfo(admin, 'ca one', 'proxy one');
  const key = { name: 'extension-apiserver-authentication', namespace: 'kube-system' };
  await admin.patch(ConfigMap, key, { type: 'merge', body: { data: { own: 'x' } } });
  await ensureAuthenticationInfo(admin, 'ca two', 'proxy one');
  expect((await admin.get(ConfigMap, key)).data).toEqual({
    own: 'x',
    'client-ca-file': 'ca two',
    'requestheader-allowed-names': '["front-proxy-client"]',
    'requestheader-client-ca-file': 'proxy one',
    'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
    'requestheader-group-headers': '["X-Remote-Group"]',
    'requestheader-username-headers': '["X-Remote-User"]',
  });
  const reader = { namespace: 'kube-system', name: 'extension-apiserver-authentication-reader' };
  expect((await admin.get(Role, reader)).rules).toMatchObject([{ resourceNames: [key.name] }]);
  const binding = await admin.get(RoleBinding, { ...reader, name: `system::${reader.name}` });
  expect(binding.roleRef.name).toBe(reader.name);
});
