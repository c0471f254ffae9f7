import { definePlugin } from '../../src/kernel/plugin.ts';
import { ReloadCounts } from '../../src/sdk/reload-counts.ts';
import { authenticators, metricSources } from '../apiserver/contract.ts';
import { serviceAccountTokens } from '../auth/contract.ts';
import { anonymousGate } from './anonymous-gate.ts';
import { ConfigurationFile } from './configuration-file.ts';
import { flagIssuer, openIdConfig, requireNoFlags } from './flag-settings.ts';
import { TrustedIssuers } from './trusted-issuers.ts';

export default definePlugin({
  name: 'openid',
  description: 'users named by the tokens of OpenID Connect issuers, and who need not be anybody',
  essential: true,
  config: openIdConfig,
  needs: { serviceAccountTokens },
  async start({ config, needs, world, log, contribute, defer, signal }) {
    const { issuer: ownIssuer } = needs.serviceAccountTokens;
    const trusted = new TrustedIssuers(world, log);
    defer(() => trusted.replace([]));
    contribute(authenticators, trusted);
    const path = config.authenticationConfig;
    if (path === '') {
      const ca = config.oidcCaFile === '' ? '' : await world.files.readFile(config.oidcCaFile, 'utf8');
      await trusted.replace([flagIssuer(config, ca, ownIssuer)]);
      return;
    }
    requireNoFlags(config);
    const file = await ConfigurationFile.open({ world, path, ownIssuer, log });
    await trusted.replace(file.issuers);
    if (file.anonymous !== undefined) contribute(authenticators, anonymousGate(file.anonymous));
    const counts = new ReloadCounts(world.clock, 'authentication_config_controller');
    contribute(metricSources, { collect: () => counts.collect() });
    file.follow(counts, issuers => trusted.replace(issuers), signal);
  },
});
