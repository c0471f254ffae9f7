import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { readIfPresent, writeDurably } from '../../src/base/durable-file.ts';
import type { Clock, Files } from '../../src/base/world.ts';
import type { KeyPair } from '../auth/contract.ts';

/** Certificates that this node was given, below `<data-dir>/agent/pki`; readable by their owner only. */
export class PkiFolder {
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #folder: string;

  constructor(world: { readonly files: Files; readonly clock: Clock }, dataDir: string) {
    this.#files = world.files;
    this.#clock = world.clock;
    this.#folder = join(dataDir, 'agent', 'pki');
  }

  ca(): Promise<string | undefined> {
    return readIfPresent(this.#files, join(this.#folder, 'ca.crt'));
  }

  async keepCa(certificate: string): Promise<void> {
    await writeDurably(this.#files, join(this.#folder, 'ca.crt'), certificate, 0o600);
  }

  /** In one file, so that a power cut leaves no key without its certificate. */
  async keys(id: string): Promise<KeyPair | undefined> {
    const text = await readIfPresent(this.#files, this.#path(id));
    const [, certificate, privateKey] = /^(-----BEGIN C[^]*?)(-----BEGIN PRIVATE KEY-----[^]*)$/.exec(text ?? '') ?? [];
    return certificate === undefined || privateKey === undefined ? undefined : { certificate, privateKey };
  }

  async keep(id: string, { certificate, privateKey }: KeyPair): Promise<void> {
    await writeDurably(this.#files, this.#path(id), `${certificate.trimEnd()}\n${privateKey}`, 0o600);
  }

  /** Of `caCertificate`, and good for at least `share` of its life. */
  isGood({ certificate }: KeyPair, caCertificate: string, share: number): boolean {
    const parsed = new X509Certificate(certificate);
    const [fromMs, untilMs] = [Date.parse(parsed.validFrom), Date.parse(parsed.validTo)];
    const isIssued = parsed.checkIssued(new X509Certificate(caCertificate));
    return isIssued && untilMs - this.#clock.now() > share * (untilMs - fromMs);
  }

  #path(id: string): string {
    return join(this.#folder, `${id}.pem`);
  }
}
