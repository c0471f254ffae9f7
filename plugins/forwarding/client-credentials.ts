import type { Logger } from '../../src/kernel/logger.ts';
import type { ClusterCa, KeyPair } from '../auth/contract.ts';
import type { BackendTls } from './backend.ts';

type Issuer = Pick<ClusterCa, 'issueClient' | 'follow'>;

/** How the API server shows a server behind it who it is; made when the first one is asked, renewed from then on. */
export function clientCredentials(
  ca: Issuer,
  name: string,
  log: Logger,
  signal: AbortSignal,
): () => Promise<Required<Pick<BackendTls, 'cert' | 'key'>>> {
  let keys: Promise<KeyPair> | undefined;
  const issue = (): Promise<KeyPair> => ca.issueClient(name, []);
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
      return { cert: certificate, key: privateKey };
    } catch (error) {
      keys = undefined;
      log.warn('no certificate for servers behind this one was made', { name, error });
      throw error;
    }
  };
}
