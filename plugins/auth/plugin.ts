import { join } from 'node:path';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { object, string } from '../../src/schema/schema.ts';
import { authenticators, nonResourceRoutes } from '../apiserver/contract.ts';
import { caRoute } from './ca-route.ts';
import { clientCertificates } from './client-certificates.ts';
import { openClusterCa } from './cluster-ca.ts';
import { certificateSigner, clusterCa, frontProxyCa, serviceAccountTokens, servingCertificates } from './contract.ts';
import { openIdRoutes } from './openid-routes.ts';
import { openTokenSigner, tokenSigner } from './token-signer.ts';

export default definePlugin({
  name: 'auth',
  description: 'the cluster CA, client certificates and the key of service account tokens',
  essential: true,
  config: object({
    dataDir: string(),
    serviceAccountIssuer: string().default('https://kubernetes.default.svc.cluster.local'),
  }),
  provides: [clusterCa, frontProxyCa, servingCertificates, certificateSigner, serviceAccountTokens, tokenSigner],
  async start({ config, world, log, provide, contribute }) {
    const folder = join(config.dataDir, 'server', 'tls');
    const ca = await openClusterCa(world, log, folder);
    provide(clusterCa, ca);
    provide(frontProxyCa, await openClusterCa(world, log, join(folder, 'front-proxy'), 'front-proxy-ca'));
    provide(servingCertificates, ca);
    provide(certificateSigner, ca);
    const signer = await openTokenSigner(world, folder, config.serviceAccountIssuer);
    provide(serviceAccountTokens, signer);
    provide(tokenSigner, signer);
    contribute(authenticators, clientCertificates(world.clock));
    contribute(nonResourceRoutes, ...openIdRoutes(signer), caRoute(ca.caCertificate));
  },
});
