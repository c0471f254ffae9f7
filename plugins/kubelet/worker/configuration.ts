import type { Cache } from '../../../src/sdk/caches.ts';
import type { RegistryCredential } from '../../images/contract.ts';
import type { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import type { Secret } from '../../kinds/core/v1/secret.ts';
import type { Service } from '../../kinds/core/v1/service.ts';
import type { ServiceAddress } from '../container/service-variables.ts';
import { registryCredentials } from '../images/registry-credentials.ts';
import type { Pod } from '../pod.ts';
import type { KeyedData } from '../volumes/payload.ts';

export interface ConfigurationCaches {
  readonly configMaps: Cache<ConfigMap>;
  readonly secrets: Cache<Secret>;
  readonly services: Cache<Service>;
}

/** What pods read of the API besides themselves, always from what is cached. */
export class Configuration {
  readonly #caches: ConfigurationCaches;

  constructor(caches: ConfigurationCaches) {
    this.#caches = caches;
  }

  configMap(namespace: string, name: string): KeyedData | undefined {
    const found = this.#caches.configMaps.get(name, namespace);
    return found === undefined ? undefined : { text: found.data ?? {}, binary: found.binaryData ?? {} };
  }

  secret(namespace: string, name: string): KeyedData | undefined {
    const found = this.#caches.secrets.get(name, namespace);
    return found === undefined ? undefined : { text: {}, binary: found.data ?? {} };
  }

  configMapTexts(namespace: string, name: string): Readonly<Record<string, string>> | undefined {
    return this.configMap(namespace, name)?.text;
  }

  secretTexts(namespace: string, name: string): Readonly<Record<string, string>> | undefined {
    const found = this.secret(namespace, name);
    if (found === undefined) return undefined;
    const decoded = ([key, value]: readonly [string, string]) =>
      [key, Buffer.from(value, 'base64').toString()] as const;
    return Object.fromEntries(Object.entries(found.binary).map(decoded));
  }

  credentials({ metadata, spec }: Pod): readonly RegistryCredential[] {
    const found = (spec.imagePullSecrets ?? []).map(({ name }) => this.secret(metadata.namespace ?? '', name));
    return registryCredentials(found.filter(secret => secret !== undefined));
  }

  /** Services of the pod's namespace, unless it wants none, and the API's own. */
  servicesFor({ metadata, spec }: Pod): readonly ServiceAddress[] {
    const { namespace = '' } = metadata;
    const own = spec.enableServiceLinks === false ? [] : this.#caches.services.list(namespace);
    const api = this.#caches.services.get('kubernetes', 'default');
    const all = new Map<string, Service>();
    if (api !== undefined) all.set('kubernetes', api);
    for (const service of own) if (addressed(service)) all.set(service.metadata.name, service);
    return [...all.values()].filter(addressed).map(addressOf);
  }
}

const addressed = ({ spec }: Service): boolean => {
  const ip = spec?.clusterIP ?? '';
  return ip !== '' && ip !== 'None';
};

const addressOf = ({ metadata, spec }: Service): ServiceAddress => ({
  name: metadata.name,
  clusterIp: spec?.clusterIP ?? '',
  ports: (spec?.ports ?? []).map(({ name = '', port, protocol }) => ({ name, port, protocol })),
});
