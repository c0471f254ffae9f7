import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { readIfPresent, writeDurably } from '../../src/base/durable-file.ts';
import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { CertificateSigner, ClusterCa, KeyPair } from './contract.ts';
import { followCertificate } from '../../src/sdk/follow-certificate.ts';
import { issueCertificate, type CertificateRequest } from './issue-certificate.ts';
import { signRequest } from './sign-request.ts';

const DAY_MS = 86_400_000;
const CA_LIFETIME_MS = 3650 * DAY_MS;
const LEAF_LIFETIME_MS = 365 * DAY_MS;
/** A kept certificate is replaced when less than this is left of it. */
const RENEW_BEFORE_MS = 90 * DAY_MS;
/** Clocks of clients may lag behind ours. */
const BACKDATE_MS = 3_600_000;

/** The cluster CA below `folder`, made at the first start. Keys are readable by their owner only. */
export async function openClusterCa(
  world: World,
  log: Logger,
  folder: string,
  commonName = 'tiphys-ca',
): Promise<ClusterCa & CertificateSigner> {
  const issue = (
    request: Omit<CertificateRequest, 'notBeforeMs' | 'notAfterMs'>,
    signer?: KeyPair,
  ): Promise<KeyPair> => {
    const now = world.clock.now();
    const lifetimeMs = request.usage === 'ca' ? CA_LIFETIME_MS : LEAF_LIFETIME_MS;
    // As old as its CA, as kubeadm's: a machine that has lost its clock's time is still let in.
    const notBeforeMs = signer === undefined ? now - BACKDATE_MS : issuedAtMs(signer);
    return issueCertificate({ ...request, notBeforeMs, notAfterMs: now + lifetimeMs }, signer);
  };
  const keep = async (
    id: string,
    usable: (found: KeyPair) => boolean,
    make: () => Promise<KeyPair>,
  ): Promise<KeyPair> => {
    const found = await readKeyPair(world, join(folder, id));
    if (found !== undefined && usable(found)) return found;
    const made = await make();
    await writeDurably(world.files, join(folder, `${id}.key`), made.privateKey, 0o600);
    await writeDurably(world.files, join(folder, `${id}.crt`), made.certificate, 0o644);
    return made;
  };

  const ca = await keep(
    'ca',
    () => true,
    () => issue({ commonName, organizations: [], names: [], addresses: [], usage: 'ca' }),
  );
  const fresh = (pair: KeyPair): boolean => {
    const certificate = new X509Certificate(pair.certificate);
    const leftMs = Date.parse(certificate.validTo) - world.clock.now();
    return leftMs > RENEW_BEFORE_MS && certificate.checkIssued(new X509Certificate(ca.certificate));
  };

  return {
    caCertificate: ca.certificate,
    follow: (current, issued, use, signal) => followCertificate(world, log, current, issued, use, signal),
    sign: order => signRequest(order, ca, world.clock.now()),
    issueClient: (name, groups) =>
      keep(
        `client-${fileNameOf(name)}`,
        pair => fresh(pair) && namesSubject(pair, name, groups),
        () => issue({ commonName: name, organizations: groups, names: [], addresses: [], usage: 'client' }, ca),
      ),
    issueServer: (id, names, addresses) =>
      keep(
        `server-${fileNameOf(id)}`,
        pair => fresh(pair) && servesAll(pair, names, addresses),
        () => issue({ commonName: id, organizations: [], names, addresses, usage: 'server' }, ca),
      ),
  };
}

const issuedAtMs = ({ certificate }: KeyPair): number => Date.parse(new X509Certificate(certificate).validFrom);

async function readKeyPair(world: World, path: string): Promise<KeyPair | undefined> {
  const certificate = await readIfPresent(world.files, `${path}.crt`);
  const privateKey = await readIfPresent(world.files, `${path}.key`);
  return certificate === undefined || privateKey === undefined ? undefined : { certificate, privateKey };
}

const fileNameOf = (name: string): string => name.replace(/[^a-zA-Z0-9.-]/g, '_');

function namesSubject({ certificate }: KeyPair, name: string, groups: readonly string[]): boolean {
  const lines = new X509Certificate(certificate).subject.split('\n');
  return lines.includes(`CN=${name}`) && groups.every(group => lines.includes(`O=${group}`));
}

function servesAll({ certificate }: KeyPair, names: readonly string[], addresses: readonly string[]): boolean {
  const parsed = new X509Certificate(certificate);
  return (
    names.every(name => parsed.checkHost(name) !== undefined) &&
    addresses.every(address => parsed.checkIP(address) !== undefined)
  );
}
