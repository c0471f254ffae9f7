import type { ClusterCa, KeyPair } from '../../auth/contract.ts';
import { type KubeletServer, type KubeletServerDeps, listenKubelet } from './kubelet-server.ts';

export interface KubeletApiDeps extends Omit<KubeletServerDeps, 'keys' | 'caCertificate'> {
  readonly clusterCa: ClusterCa;
  readonly nodeAddress: string;
  /** Ends the renewal of its certificate. */
  readonly signal: AbortSignal;
}

/** The kubelet's API with a certificate of this cluster, which is renewed while it is served. */
export async function serveKubeletApi(deps: KubeletApiDeps): Promise<KubeletServer> {
  const { clusterCa, nodeName, nodeAddress, signal } = deps;
  const issue = (): Promise<KeyPair> =>
    clusterCa.issueServer('kubelet', [nodeName, 'localhost'], [nodeAddress, '127.0.0.1']);
  const keys = await issue();
  const server = await listenKubelet({ ...deps, keys, caCertificate: clusterCa.caCertificate });
  clusterCa.follow(keys, issue, renewed => server.renew(renewed), signal);
  return server;
}
