import { definePlugin } from '../../src/kernel/plugin.ts';
import { authenticators } from '../apiserver/contract.ts';
import { serviceAccountTokens } from '../auth/contract.ts';
import { IssuerDocuments } from './issuer-documents.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { openIdAuthenticator } from './openid-authenticator.ts';
import { openIdConfig, readOpenIdSettings } from './openid-settings.ts';

export default definePlugin({
  name: 'openid',
  description: 'users named by the tokens of an OpenID Connect issuer',
  essential: true,
  config: openIdConfig,
  needs: { serviceAccountTokens },
  async start({ config, needs, world, log, contribute, defer }) {
    const ca = config.oidcCaFile === '' ? undefined : await world.files.readFile(config.oidcCaFile, 'utf8');
    const settings = readOpenIdSettings(config, { ca, ownIssuer: needs.serviceAccountTokens.issuer });
    const documents = new IssuerDocuments(world, settings.ca);
    defer(() => documents.close());
    const keys = new IssuerKeys({ issuer: settings.issuer, documents, clock: world.clock, log });
    contribute(authenticators, openIdAuthenticator({ settings, keys, clock: world.clock, log }));
  },
});
