import type { ConfigurationKind } from '../../src/api/codec/read-configuration.ts';
import { int32, list, object, string, type Stored } from '../../src/schema/schema.ts';

const text = () => string().default('');

const key = object({ name: text(), secret: text() }).named('v1.Key');
const keys = () => object({ keys: list(key).default([]) });

const provider = object({
  aesgcm: keys().named('v1.AESConfiguration').optional(),
  aescbc: keys().named('v1.AESConfiguration').optional(),
  secretbox: keys().named('v1.SecretboxConfiguration').optional(),
  identity: object({}).named('v1.IdentityConfiguration').optional(),
  kms: object({
    apiVersion: text(),
    name: text(),
    cachesize: int32().optional(),
    endpoint: text(),
    timeout: text(),
  })
    .named('v1.KMSConfiguration')
    .optional(),
}).named('v1.ProviderConfiguration');

const resource = object({
  resources: list(string()).default([]),
  providers: list(provider).default([]),
}).named('v1.ResourceConfiguration');

const schema = object({
  apiVersion: text(),
  kind: text(),
  resources: list(resource).default([]),
}).named('v1.EncryptionConfiguration');

export type EncryptionConfiguration = Stored<typeof schema>;
export type ProviderConfiguration = Stored<typeof provider>;
export type Key = Stored<typeof key>;

/** `apiserver.config.k8s.io/v1` EncryptionConfiguration. */
export const ENCRYPTION_CONFIGURATION = {
  kind: 'EncryptionConfiguration',
  apiVersions: ['apiserver.config.k8s.io/v1'],
  schema,
} satisfies ConfigurationKind<typeof schema>;
