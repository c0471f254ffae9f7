import type { World } from '../../src/base/world.ts';
import { isDeepEqual } from '../../src/base/deep-equal.ts';
import { messageOf } from '../../src/base/message-of.ts';
import { readConfiguration } from '../../src/api/codec/read-configuration.ts';
import { forbidden } from '../../src/api/field-error.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import { followFile } from '../../src/sdk/follow-file.ts';
import type { ReloadCounts } from '../../src/sdk/reload-counts.ts';
import { AUTHENTICATION_CONFIGURATION, type AuthenticationConfiguration } from './authentication-configuration.ts';
import { ALGORITHMS } from './flag-settings.ts';
import { OpenIdSettingError } from './setting-error.ts';
import { readIssuers, type Issuer } from './read-issuers.ts';

export interface FileParts {
  readonly world: Pick<World, 'files' | 'timers'>;
  readonly path: string;
  /** Whose tokens are another's to judge. */
  readonly ownIssuer: string;
  readonly log: Logger;
}

/** A configuration file, as it was read when the server started. */
export class ConfigurationFile {
  readonly issuers: readonly Issuer[];
  readonly anonymous: AuthenticationConfiguration['anonymous'];
  readonly #parts: FileParts;
  readonly #text: string;

  private constructor(parts: FileParts, text: string, { configuration, issuers }: Read) {
    this.#parts = parts;
    this.#text = text;
    this.issuers = issuers;
    this.anonymous = configuration.anonymous;
  }

  /** Throws `OpenIdSettingError` in upstream's words. */
  static async open(parts: FileParts): Promise<ConfigurationFile> {
    const loading = `failed to load authentication configuration from file ${JSON.stringify(parts.path)}`;
    const text = await parts.world.files.readFile(parts.path, 'utf8').catch((error: unknown) => {
      throw new OpenIdSettingError(`${loading}: ${messageOf(error)}`);
    });
    const decoded = await decode(text);
    if ('problem' in decoded) throw new OpenIdSettingError(`${loading}: ${decoded.problem}`);
    const read = readIssuers(decoded.configuration, { ownIssuer: parts.ownIssuer, algorithms: ALGORITHMS });
    if ('problem' in read) throw new OpenIdSettingError(`invalid authentication configuration: ${read.problem}`);
    return new ConfigurationFile(parts, text, { ...decoded, ...read });
  }

  /** Calls `use` with the issuers of each later content that can be followed, and says what is wrong with others. */
  follow(counts: ReloadCounts, use: (issuers: readonly Issuer[]) => Promise<void>, signal: AbortSignal): void {
    const { world, path, log } = this.#parts;
    const refused = (message: string, facts: Readonly<Record<string, unknown>>): void => {
      counts.add('failure');
      log.error(message, { path, ...facts });
    };
    const changed = async (text: string): Promise<void> => {
      const read = await this.#judge(text);
      if ('problem' in read) return refused('the authentication configuration is not followed', read);
      await use(read.issuers);
      counts.add('success');
      log.info('reloaded authentication config', { path });
    };
    const unreadable = (error: unknown): void => refused('failed to read authentication config file', { error });
    followFile({ world, path, content: this.#text, changed, unreadable, log, signal });
  }

  /** Who need not be anybody is decided at the start. */
  async #judge(text: string): Promise<Pick<Read, 'issuers'> | { readonly problem: string }> {
    const decoded = await decode(text);
    if ('problem' in decoded) return { problem: `failed to load authentication config: ${decoded.problem}` };
    const { configuration } = decoded;
    const isSame = isDeepEqual(configuration.anonymous ?? null, this.anonymous ?? null);
    const more = isSame ? [] : [forbidden('anonymous', 'changed from initial configuration file')];
    const read = readIssuers(configuration, { ownIssuer: this.#parts.ownIssuer, algorithms: ALGORITHMS }, more);
    return 'problem' in read ? { problem: `failed to validate authentication config: ${read.problem}` } : read;
  }
}

interface Read {
  readonly configuration: AuthenticationConfiguration;
  readonly issuers: readonly Issuer[];
}

async function decode(text: string): Promise<ReturnType<typeof readAuthentication>> {
  return text === '' ? { problem: 'empty config data' } : readAuthentication(text, await import('yaml'));
}

const readAuthentication = (text: string, yaml: Parameters<typeof readConfiguration>[1]) =>
  readConfiguration(text, yaml, AUTHENTICATION_CONFIGURATION);
