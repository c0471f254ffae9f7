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

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const NAME = 'tiphys';
const USER = 'tiphys-admin';

/** Writes the administrator's kubeconfig, readable by its owner only. On a full disk an older one stays. */
export async function writeKubeconfig(
  { files, log }: { readonly files: Files; readonly log: Logger },
  path: string,
  content: KubeconfigContent,
): Promise<void> {
  const { stringify } = await import('yaml');
  try {
    await writeDurably(files, path, stringify(kubeconfig(content)), 0o600);
  } catch (error) {
    if (!failedWith(error, 'ENOSPC', 'EDQUOT') || (await readIfPresent(files, path)) === undefined) throw error;
    log.warn('the disk is full: the kubeconfig of an earlier start stays', { path });
  }
}

/** https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
function kubeconfig({ server, caCertificate, user }: KubeconfigContent): unknown {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: NAME, cluster: { 'certificate-authority-data': base64(caCertificate), server } }],
    users: [
      {
        name: USER,
        user: { 'client-certificate-data': base64(user.certificate), 'client-key-data': base64(user.privateKey) },
      },
    ],
    contexts: [{ name: NAME, context: { cluster: NAME, user: USER } }],
    'current-context': NAME,
  };
}
