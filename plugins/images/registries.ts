import type { RE2JS } from 're2js';
import { readIfPresent } from '../../src/base/durable-file.ts';
import { re2 } from '../../src/base/re2.ts';
import type { Files } from '../../src/base/world.ts';
import type { Reference } from './reference.ts';
import { UntrustedJson } from './untrusted-json.ts';

/** One place to ask for an image, in the order of `endpointsFor`. */
export interface Endpoint {
  /** With `/v2` or the mirror's own path, without a slash at its end. */
  readonly base: URL;
  /** The repository as this place calls it. */
  readonly repository: string;
  /** What a mirror is asked for in the image's stead: `?ns=`. */
  readonly namespace: string | undefined;
  readonly auth: EndpointAuth | undefined;
  readonly tls: EndpointTls;
}

export interface EndpointAuth {
  readonly username: string;
  readonly password: string;
  /** An OAuth2 refresh token, sent to the token server in place of a password. */
  readonly identityToken: string;
}

/** PEM texts. */
export interface EndpointTls {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly insecure: boolean;
}

/** `registries.yaml` in the schema of k3s. */
export interface Registries {
  endpointsFor(reference: Reference): readonly Endpoint[];
}

/** A file that is not there means no mirrors. Throws when it is there and makes no sense. */
export async function loadRegistries(files: Files, path: string): Promise<Registries> {
  const text = await readIfPresent(files, path);
  const content: unknown = text === undefined ? undefined : (await import('yaml')).parse(text);
  const document = UntrustedJson.parse(JSON.stringify(content ?? {}), path);
  const configs = new Map<string, EndpointConfig>();
  for (const host of document.get('configs').keys()) {
    configs.set(host, await endpointConfig(files, document.get('configs').get(host)));
  }
  const mirrors = new Map(
    document
      .get('mirrors')
      .keys()
      .map(domain => [domain, mirrorOf(document.get('mirrors').get(domain))] as const),
  );
  return { endpointsFor: reference => endpointsFor(reference, mirrors, configs) };
}

interface Mirror {
  readonly endpoints: readonly URL[];
  readonly rewrites: readonly { readonly pattern: RE2JS; readonly replacement: string }[];
}

interface EndpointConfig {
  readonly auth: EndpointAuth | undefined;
  readonly tls: EndpointTls;
}

const PLAIN_TLS: EndpointTls = { ca: undefined, cert: undefined, key: undefined, insecure: false };

function mirrorOf(json: UntrustedJson): Mirror {
  if (json.missing) return { endpoints: [], rewrites: [] };
  const rewrite = json.get('rewrite');
  return {
    endpoints: json
      .get('endpoint')
      .strings()
      .map(endpoint => withVersion(new URL(endpoint))),
    rewrites: rewrite.keys().map(pattern => ({
      pattern: re2().RE2JS.compile(pattern),
      replacement: rewrite.get(pattern).string(),
    })),
  };
}

async function endpointConfig(files: Files, json: UntrustedJson): Promise<EndpointConfig> {
  const [auth, tls] = [json.get('auth'), json.get('tls')];
  const pem = async (name: string): Promise<string | undefined> => {
    const path = tls.missing ? '' : tls.get(name).string('');
    return path === '' ? undefined : files.readFile(path, 'utf8');
  };
  return {
    auth: auth.missing ? undefined : endpointAuth(auth),
    tls: {
      ca: await pem('ca_file'),
      cert: await pem('cert_file'),
      key: await pem('key_file'),
      insecure: !tls.missing && tls.get('insecure_skip_verify').value === true,
    },
  };
}

function endpointAuth(auth: UntrustedJson): EndpointAuth {
  const packed = Buffer.from(auth.get('auth').string(''), 'base64').toString('utf8');
  const colon = packed.indexOf(':');
  return {
    username: auth.get('username').string(colon < 0 ? '' : packed.slice(0, colon)),
    password: auth.get('password').string(colon < 0 ? '' : packed.slice(colon + 1)),
    identityToken: auth.get('identity_token').string(''),
  };
}

/** The mirrors of the image's registry, or those of `*`, then the registry itself. */
function endpointsFor(
  reference: Reference,
  mirrors: ReadonlyMap<string, Mirror>,
  configs: ReadonlyMap<string, EndpointConfig>,
): readonly Endpoint[] {
  const mirror = mirrors.get(reference.domain) ?? mirrors.get('*');
  const own = ownEndpoint(reference.domain);
  const repository = rewritten(reference.path, mirror);
  const mirrored = (mirror?.endpoints ?? []).filter(endpoint => endpoint.href !== own.href);
  const asHttp = mirror?.endpoints.find(endpoint => endpoint.host === own.host && endpoint.protocol === 'http:');
  const config = (url: URL): EndpointConfig =>
    configs.get(url.host) ??
    (url === own || url === asHttp ? configs.get(reference.domain) : undefined) ?? {
      auth: undefined,
      tls: PLAIN_TLS,
    };
  return [
    ...mirrored.map(base => {
      const namespace = base.host === own.host ? undefined : reference.domain;
      return { base, repository, namespace, ...config(base) };
    }),
    // Named with http:// in its own list, the registry is not tried with TLS again.
    ...(asHttp === undefined ? [{ base: own, repository: reference.path, namespace: undefined, ...config(own) }] : []),
  ];
}

/** Plain HTTP to this machine only; elsewhere registries.yaml has to say `http://`. */
function ownEndpoint(domain: string): URL {
  const host = domain === 'docker.io' ? 'registry-1.docker.io' : domain;
  const url = new URL(`https://${host}`);
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return withVersion(local ? new URL(`http://${host}`) : url);
}

function withVersion(url: URL): URL {
  const path = url.pathname.replace(/\/+$/, '');
  return new URL(path === '' ? '/v2' : path, url);
}

function rewritten(repository: string, mirror: Mirror | undefined): string {
  const rewrite = mirror?.rewrites.find(({ pattern }) => pattern.matcher(repository).find());
  return rewrite === undefined ? repository : rewrite.pattern.matcher(repository).replaceFirst(rewrite.replacement);
}
