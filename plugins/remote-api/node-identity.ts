import { createHash, X509Certificate } from 'node:crypto';
import { isStatusError } from '../../src/api/status-error.ts';
import { backoffMs } from '../../src/base/backoff.ts';
import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { KeyPair } from '../auth/contract.ts';
import { ApiConnection, type Credential } from './api-connection.ts';
import { parseClusterToken } from './cluster-token.ts';
import { fetchCa } from './fetch-ca.ts';
import { JoinError } from './join-error.ts';
import { JOIN_RETRY } from './limits.ts';
import type { PkiFolder } from './pki-folder.ts';
import { remoteClients } from './remote-clients.ts';
import { requestCertificate } from './request-certificate.ts';

export interface JoinOptions {
  readonly world: Pick<World, 'clock' | 'timers'>;
  readonly log: Logger;
  readonly pki: PkiFolder;
  readonly server: string;
  readonly nodeName: string;
  /** '' where there is none: enough for a node that has joined already. */
  readonly token: string;
  readonly signal: AbortSignal;
}

/** Whom a node believes, and what it proves itself with. */
export interface NodeIdentity {
  readonly caCertificate: string;
  readonly keys: KeyPair;
}

const CLIENT = 'client';

/**
 * What this node was given when it joined, or else joins: reads the CA, holds it against the token before it sends
 * anything of that, and asks for a client certificate. A server that is not there is waited for. Throws `JoinError`.
 */
export async function nodeIdentity(options: JoinOptions): Promise<NodeIdentity> {
  const kept = await keptIdentity(options);
  if (kept !== undefined) return kept;
  const { token, log, signal, server, world } = options;
  if (token === '') {
    throw new JoinError(
      'NoToken',
      'this node has not joined yet, or its certificate has expired: --token or --token-file says how it may',
    );
  }
  for (let failures = 1; ; failures++) {
    try {
      return await join(options);
    } catch (error) {
      if (isStatusError(error, 'Unauthorized', 'Forbidden')) throw refused(server, error);
      if (!isStatusError(error, 'ServiceUnavailable', 'TooManyRequests', 'Timeout')) throw error;
      log.warn('the server is not there yet', { server, error: error.message });
    }
    await world.timers.sleep(backoffMs(failures, JOIN_RETRY), signal);
  }
}

async function keptIdentity({ pki, nodeName, token }: JoinOptions): Promise<NodeIdentity | undefined> {
  const [caCertificate, keys] = await Promise.all([pki.ca(), pki.keys(CLIENT)]);
  if (caCertificate === undefined || keys === undefined || !pki.isGood(keys, caCertificate, 0)) return undefined;
  const isOfNode = new X509Certificate(keys.certificate).subject.split('\n').includes(`CN=system:node:${nodeName}`);
  const isOfCluster = token === '' || parseClusterToken(token).caHash === sha256(caCertificate);
  return isOfNode && isOfCluster ? { caCertificate, keys } : undefined;
}

async function join({ pki, server, nodeName, token, world }: JoinOptions): Promise<NodeIdentity> {
  const { caHash, bearer } = parseClusterToken(token);
  const caCertificate = await fetchCa(server, caHash);
  const credential: Credential = { type: 'bearer', token: bearer };
  using connection = new ApiConnection({ server, caCertificate, credential, timers: world.timers });
  const client = remoteClients(connection, world.timers).as({ name: 'system:bootstrap', groups: [] });
  const keys = await requestCertificate(client, world.timers, clientCertificate(nodeName));
  await pki.keepCa(caCertificate);
  await pki.keep(CLIENT, keys);
  return { caCertificate, keys };
}

export const clientCertificate = (nodeName: string) =>
  ({ signerName: 'kubernetes.io/kube-apiserver-client-kubelet', nodeName, names: [], addresses: [] }) as const;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const refused = (server: string, cause: Error): JoinError =>
  new JoinError('Refused', `${server} does not let this token in: it is wrong or has expired (${cause.message})`, {
    cause,
  });
