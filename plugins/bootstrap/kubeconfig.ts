import { createPrivateKey } from 'node:crypto';
import { readIfPresent, writeDurably } from '../../src/base/durable-file.ts';
import { failedWith } from '../../src/base/failed-with.ts';
import type { Files } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { KeyPair } from '../auth/contract.ts';

export interface KubeconfigContent {
  readonly server: string;
  readonly caCertificate: string;
  readonly user: KeyPair;
}

/** As Go's clients write it: some clients tell by its first line what key it is, and take any other for one of RSA. */
const ecKey = (pem: string): string => createPrivateKey(pem).export({ type: 'sec1', format: 'pem' }).toString();
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const NAME = 'tiphys';
const USER = 'tiphys-admin';

/** Writes the administrator's kubeconfig, readable by its owner only. On a full disk an older one stays. */
export async function writeKubeconfig(
  { files, log }: { readonly files: Files; readonly log: Logger },
  path: string,
  content: KubeconfigContent,
): Promise<void> {
  try {
    await writeDurably(files, path, kubeconfig(content), 0o600);
  } catch (error) {
    if (!failedWith(error, 'ENOSPC', 'EDQUOT') || (await readIfPresent(files, path)) === undefined) throw error;
    log.warn('the disk is full: the kubeconfig of an earlier start stays', { path });
  }
}

/**
 * https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/, as text: no value of it, an URL and base64, needs
 * quotes, and a printer of YAML would stay in memory for it.
 */
const kubeconfig = ({ server, caCertificate, user }: KubeconfigContent): string => `apiVersion: v1
kind: Config
clusters:
  - name: ${NAME}
    cluster:
      certificate-authority-data: ${base64(caCertificate)}
      server: ${server}
users:
  - name: ${USER}
    user:
      client-certificate-data: ${base64(user.certificate)}
      client-key-data: ${base64(ecKey(user.privateKey))}
contexts:
  - name: ${NAME}
    context:
      cluster: ${NAME}
      user: ${USER}
current-context: ${NAME}
`;
