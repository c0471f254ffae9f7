import { openFileLimit } from '../../../src/base/open-file-limit.ts';
import type { Files } from '../../../src/base/world.ts';
import type { KeyPair, ServingCertificates } from '../../auth/contract.ts';
import { KUBELET_CONNECTIONS } from '../limits.ts';
import { type KubeletServer, type KubeletServerDeps, listenKubelet } from './kubelet-server.ts';

export interface KubeletApiDeps extends Omit<KubeletServerDeps, 'keys' | 'caCertificate' | 'connections'> {
  readonly servingCertificates: ServingCertificates;
  readonly files: Files;
  readonly nodeAddresses: readonly string[];
  /** Ends the renewal of its certificate. */
  readonly signal: AbortSignal;
}

/** The kubelet's API with a certificate of this cluster, which is renewed while it is served. */
export async function serveKubeletApi(deps: KubeletApiDeps): Promise<KubeletServer> {
  const { servingCertificates: certificates, files, nodeName, nodeAddresses, signal } = deps;
  const issue = (): Promise<KeyPair> =>
    certificates.issueServer('kubelet', [nodeName, 'localhost'], [...nodeAddresses, '127.0.0.1']);
  const keys = await issue();
  const connections = Math.min(KUBELET_CONNECTIONS, Math.floor((await openFileLimit(files)) / 8));
  const server = await listenKubelet({ ...deps, keys, connections, caCertificate: certificates.caCertificate });
  certificates.follow(keys, issue, renewed => server.renew(renewed), signal);
  return server;
}
