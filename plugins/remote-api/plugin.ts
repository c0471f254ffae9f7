import { X509Certificate } from 'node:crypto';
import { clients } from '../../src/api/client.ts';
import { backoffMs } from '../../src/base/backoff.ts';
import { ownNodeName } from '../../src/base/own-node-name.ts';
import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { object, string } from '../../src/schema/schema.ts';
import { followCertificate } from '../../src/sdk/follow-certificate.ts';
import { servingCertificates, type KeyPair } from '../auth/contract.ts';
import { nodeMetrics } from '../kubelet/contract.ts';
import { ApiConnection, type Credential } from './api-connection.ts';
import { JoinError } from './join-error.ts';
import { JOIN_RETRY, RENEW_SHARE } from './limits.ts';
import { clientCertificate, nodeIdentity } from './node-identity.ts';
import { PkiFolder } from './pki-folder.ts';
import { remoteClients } from './remote-clients.ts';
import { RequestCounts } from './request-counts.ts';
import { requestCertificate } from './request-certificate.ts';

/** In the place of an API server, on a node that has none. */
export default definePlugin({
  name: 'remote-api',
  description: 'joins the cluster, and speaks to its API server as this node',
  essential: true,
  config: object({
    dataDir: string(),
    server: string().doc('https://host:port of the API server'),
    token: string().default('').doc('lets this machine join, once'),
    tokenFile: string().default('').doc('where the token is, unless it is said'),
    nodeName: string().default('').doc('name of this node; the host’s name when empty'),
  }),
  provides: [clients, servingCertificates],
  async start({ config, world, log, signal, provide, contribute, defer }) {
    const nodeName = ownNodeName(config.nodeName, world.network);
    const server = originOf(config.server);
    const pki = new PkiFolder(world, config.dataDir);
    const token = await tokenOf(world, config);
    const { caCertificate, keys } = await nodeIdentity({ world, log, pki, server, nodeName, token, signal });
    const { timers } = world;
    const requests = new RequestCounts(server);
    contribute(nodeMetrics, { collect: () => requests.collect() });
    const counts = { requests, clock: world.clock };
    const connection = new ApiConnection({ server, caCertificate, credential: proof(keys), timers, counts });
    defer(() => connection[Symbol.dispose]());
    const remote = remoteClients(connection, timers);
    const node = remote.as({ name: `system:node:${nodeName}`, groups: ['system:nodes'] });
    const renewed = async (): Promise<KeyPair> => {
      const kept = await pki.keys('client');
      if (kept !== undefined && pki.isGood(kept, caCertificate, RENEW_SHARE)) return kept;
      return requestCertificate(node, timers, clientCertificate(nodeName));
    };
    const use = async (given: KeyPair): Promise<void> => {
      await pki.keep('client', given);
      connection.use(proof(given));
    };
    if (!pki.isGood(keys, caCertificate, RENEW_SHARE))
      renewed().then(use, (error: unknown) => log.warn('a certificate was not renewed', { error }));
    followCertificate(world, log, keys, renewed, use, signal);
    provide(clients, remote);
    provide(servingCertificates, {
      caCertificate,
      follow: (current, issue, used, until) => followCertificate(world, log, current, issue, used, until),
      async issueServer(id, allNames, allAddresses) {
        // Loopback is everybody's: no node is certified to be it.
        const names = allNames.filter(name => name !== 'localhost');
        const addresses = allAddresses.filter(address => !address.startsWith('127.'));
        const kept = await pki.keys(id);
        if (kept !== undefined && pki.isGood(kept, caCertificate, RENEW_SHARE) && serves(kept, names, addresses))
          return kept;
        const wanted = { signerName: 'kubernetes.io/kubelet-serving', nodeName, names, addresses } as const;
        const given = await untilGiven(() => requestCertificate(node, timers, wanted), world, log, signal);
        await pki.keep(id, given);
        return given;
      },
    });
  },
});

/** Whoever serves has nothing to serve with before: what fails is told and tried again. */
async function untilGiven(
  ask: () => Promise<KeyPair>,
  { timers }: Pick<World, 'timers'>,
  log: Logger,
  signal: AbortSignal,
): Promise<KeyPair> {
  for (let failures = 1; ; failures++) {
    try {
      return await ask();
    } catch (error) {
      log.warn('no serving certificate yet', { error });
      await timers.sleep(backoffMs(failures, JOIN_RETRY), signal);
    }
  }
}

const proof = (keys: KeyPair): Credential => ({ type: 'certificate', ...keys });

function originOf(server: string): string {
  const url = URL.parse(server);
  if (url?.protocol === 'https:' && url.hostname !== '') return url.origin;
  throw new JoinError(
    'BadServer',
    `--server must be https://host:port of the API server, not ${JSON.stringify(server)}`,
  );
}

async function tokenOf(
  { files }: Pick<World, 'files'>,
  { token, tokenFile }: { readonly token: string; readonly tokenFile: string },
): Promise<string> {
  if (token !== '' || tokenFile === '') return token;
  return (await files.readFile(tokenFile, 'utf8')).trim();
}

function serves({ certificate }: KeyPair, names: readonly string[], addresses: readonly string[]): boolean {
  const parsed = new X509Certificate(certificate);
  return (
    names.every(name => parsed.checkHost(name) !== undefined) &&
    addresses.every(address => parsed.checkIP(address) !== undefined)
  );
}
