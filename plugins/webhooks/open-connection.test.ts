import type { webcrypto } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import type { X509Certificate } from '@peculiar/x509';
import { expect, it } from 'vitest';
import { loadX509 } from '../../src/base/load-x509.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { openConnection } from './open-connection.ts';
import { webhookPlace } from './webhook-place.ts';

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const HOUR_MS = 3_600_000;
const SERVICE = { namespace: 'default', name: 'hook', path: '/', port: 443 };
const world = hostWorld();

interface Issued {
  readonly certificate: X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}
interface Names {
  readonly subject: string;
  readonly issuer: string;
}

/** Of the names as they are, empty ones too; by itself without a signer. */
async function issued({ subject, issuer }: Names, isAuthority: boolean, signer?: Issued): Promise<Issued> {
  const x509 = await loadX509();
  const keys = await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    subject,
    issuer,
    publicKey: keys.publicKey,
    signingKey: (signer?.keys ?? keys).privateKey,
    signingAlgorithm: ECDSA,
    notBefore: new Date(world.clock.now() - HOUR_MS),
    notAfter: new Date(world.clock.now() + HOUR_MS),
    extensions: [
      new x509.BasicConstraintsExtension(isAuthority),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'hook.default.svc' }]),
    ],
  });
  return { certificate, keys };
}

/** What comes of a connection to a server that shows `shown`, where `trusted` is the bundle. */
async function connecting(shown: Issued, trusted: Issued, name = SERVICE.name): Promise<string> {
  const x509 = await loadX509();
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', shown.keys.privateKey), 'PRIVATE KEY');
  const server = createServer({ cert: shown.certificate.toString('pem'), key });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const place = webhookPlace({ service: { ...SERVICE, name } });
  if ('problem' in place) throw new Error(place.problem);
  try {
    const socket = await openConnection(
      place,
      trusted.certificate.toString('pem'),
      async () => ({ host: '127.0.0.1', port }),
      world,
    );
    socket.destroy();
    return 'connected';
  } catch (error) {
    return String(error);
  } finally {
    server.close();
  }
}

it('trusts an authority that is named, whether or not its own is', async () => {
  const root = await issued({ subject: 'CN=root', issuer: 'CN=root' }, true);
  const between = await issued({ subject: 'CN=between', issuer: 'CN=root' }, true, root);
  const server = await issued({ subject: 'CN=hook', issuer: 'CN=between' }, false, between);
  expect(await connecting(server, between)).toBe('connected');
  expect(await connecting(server, server)).toBe('connected');
  const nameless = await issued({ subject: '', issuer: 'CN=root' }, false, root);
  expect(await connecting(nameless, root)).toBe('connected');
});

it('knows who signed a certificate without any names, as those of Pepr are', async () => {
  const authority = await issued({ subject: '', issuer: 'CN=Ephemeral CA' }, true);
  const server = await issued({ subject: '', issuer: '' }, false, authority);
  expect(await connecting(server, authority)).toBe('connected');
  const unknown = 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
  const other = await issued({ subject: '', issuer: 'CN=Ephemeral CA' }, true);
  expect(await connecting(server, other)).toContain(unknown);
  expect(await connecting(await issued({ subject: '', issuer: '' }, false), authority)).toContain(unknown);
  expect(await connecting(server, await issued({ subject: '', issuer: '' }, false, authority))).toContain(unknown);
  expect(await connecting(server, authority, 'other')).toContain(unknown);
});
