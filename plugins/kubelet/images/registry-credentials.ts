import { isRecord } from '../../../src/base/is-record.ts';
import { jsonOf } from '../../../src/base/json-of.ts';
import type { RegistryCredential } from '../../images/contract.ts';
import type { KeyedData } from '../volumes/payload.ts';

const DOCKER_CONFIG_JSON = '.dockerconfigjson';
const DOCKER_CFG = '.dockercfg';

/** The logins of `imagePullSecrets`; a secret that cannot be read is passed over, as it may not be needed. */
export function registryCredentials(secrets: readonly KeyedData[]): readonly RegistryCredential[] {
  return secrets.flatMap(({ binary }) => {
    const json = decoded(binary[DOCKER_CONFIG_JSON]);
    const auths = isRecord(json) && isRecord(json['auths']) ? json['auths'] : decoded(binary[DOCKER_CFG]);
    return isRecord(auths) ? Object.entries(auths).flatMap(([registry, login]) => credential(registry, login)) : [];
  });
}

/** `auth` wins over `username` and `password`, as upstream has it. */
function credential(registry: string, login: unknown): readonly RegistryCredential[] {
  if (!isRecord(login)) return [];
  const { username, password, auth = '' } = login;
  if (auth === '') {
    const isComplete = typeof username === 'string' && typeof password === 'string';
    return isComplete ? [{ registry, username, password }] : [];
  }
  if (typeof auth !== 'string') return [];
  const plain = Buffer.from(auth, 'base64').toString('utf8');
  const colon = plain.indexOf(':');
  return colon < 0 ? [] : [{ registry, username: plain.slice(0, colon), password: plain.slice(colon + 1) }];
}

const decoded = (base64: string | undefined): unknown =>
  base64 === undefined ? undefined : jsonOf(Buffer.from(base64, 'base64').toString('utf8'));
