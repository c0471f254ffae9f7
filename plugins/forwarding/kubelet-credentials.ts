import type { Logger } from '../../src/kernel/logger.ts';
import type { ClusterCa, KeyPair } from '../auth/contract.ts';
import type { BackendTls } from './backend.ts';

/** Named in upstream's certificates as well; bound to the role system:kubelet-api-admin. */
const NAME = 'kube-apiserver-kubelet-client';

/** How the API server shows a kubelet who it is; made when the first one is asked, renewed from then on. */
export function kubeletCredentials(ca: ClusterCa, log: Logger, signal: AbortSignal): () => Promise<BackendTls> {
  let keys: Promise<KeyPair> | undefined;
  const issue = (): Promise<KeyPair> => ca.issueClient(NAME, []);
  const first = async (): Promise<KeyPair> => {
    const issued = await issue();
    const take = (renewed: KeyPair): void => {
      keys = Promise.resolve(renewed);
    };
    ca.follow(issued, issue, take, signal);
    return issued;
  };
  return async () => {
    keys ??= first();
    try {
      const { certificate, privateKey } = await keys;
      return { ca: ca.caCertificate, cert: certificate, key: privateKey };
    } catch (error) {
      keys = undefined;
      log.warn('no certificate for kubelets was made', { error });
      throw error;
    }
  };
}
