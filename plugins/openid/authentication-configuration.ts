import type { ConfigurationKind } from '../../src/api/codec/read-configuration.ts';
import { boolean, list, object, string, type Stored } from '../../src/schema/schema.ts';

const text = () => string().default('');

const prefixedClaimOrExpression = object({
  claim: text(),
  prefix: string().optional(),
  expression: text(),
}).named('v1.PrefixedClaimOrExpression');

const claimMappings = object({
  username: prefixedClaimOrExpression.present(),
  groups: prefixedClaimOrExpression.present(),
  uid: object({ claim: text(), expression: text() }).named('v1.ClaimOrExpression').present(),
  extra: list(object({ key: text(), valueExpression: text() }).named('v1.ExtraMapping')).default([]),
}).named('v1.ClaimMappings');

const issuer = object({
  url: text(),
  discoveryURL: text(),
  certificateAuthority: text(),
  audiences: list(string()).default([]),
  audienceMatchPolicy: text(),
  egressSelectorType: text(),
}).named('v1.Issuer');

const jwtAuthenticator = object({
  issuer: issuer.present(),
  claimValidationRules: list(
    object({ claim: text(), requiredValue: text(), expression: text(), message: text() }).named(
      'v1.ClaimValidationRule',
    ),
  ).default([]),
  claimMappings: claimMappings.present(),
  userValidationRules: list(object({ expression: text(), message: text() }).named('v1.UserValidationRule')).default([]),
}).named('v1.JWTAuthenticator');

const anonymousAuthConfig = object({
  enabled: boolean().default(false),
  conditions: list(object({ path: text() }).named('v1.AnonymousAuthCondition')).default([]),
}).named('v1.AnonymousAuthConfig');

const schema = object({
  apiVersion: text(),
  kind: text(),
  jwt: list(jwtAuthenticator).default([]),
  anonymous: anonymousAuthConfig.optional(),
}).named('v1.AuthenticationConfiguration');

export type AuthenticationConfiguration = Stored<typeof schema>;
export type JwtAuthenticator = Stored<typeof jwtAuthenticator>;
export type ClaimMappings = Stored<typeof claimMappings>;
export type PrefixedClaimOrExpression = Stored<typeof prefixedClaimOrExpression>;
export type AnonymousRule = Stored<typeof anonymousAuthConfig>;

/** `apiserver.config.k8s.io` AuthenticationConfiguration; all versions say the same. */
export const AUTHENTICATION_CONFIGURATION = {
  kind: 'AuthenticationConfiguration',
  apiVersions: ['v1', 'v1beta1', 'v1alpha1'].map(version => `apiserver.config.k8s.io/${version}`),
  schema,
} satisfies ConfigurationKind<typeof schema>;
