import { stringify } from 'yaml';
import { writeDurably } from '../../src/base/durable-file.ts';
import type { Files } from '../../src/base/world.ts';
import type { KeyPair } from '../auth/contract.ts';

export interface KubeconfigContent {
  readonly server: string;
  readonly caCertificate: string;
  readonly user: KeyPair;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const NAME = 'tiphys';
const USER = 'tiphys-admin';

/** Writes the administrator's kubeconfig, readable by its owner only. */
export async function writeKubeconfig(files: Files, path: string, content: KubeconfigContent): Promise<void> {
  await writeDurably(files, path, stringify(kubeconfig(content)), 0o600);
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
