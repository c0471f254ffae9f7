import { resolve } from 'node:path';
import { text } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { Failure } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { DATA_FLAGS } from './config-map.ts';
import { dataSources } from './data-sources.ts';
import { generatorVerb, newMetadata } from './generator.ts';

const secret = (name: string, data: Readonly<Record<string, string>>, type?: string): KubeObject => ({
  apiVersion: 'v1',
  ...(Object.keys(data).length > 0 ? { data } : {}),
  kind: 'Secret',
  metadata: newMetadata(name),
  ...(type === undefined || type === '' ? {} : { type }),
});

const genericVerb = generatorVerb({
  usage: 'NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1]',
  about: 'Create a secret based on a file, directory, or specified literal value.',
  flags: [...DATA_FLAGS, text('type', 'Type of the secret.')],
  namespaced: true,
  failed: 'failed to create secret',
  async build(call, name) {
    if (call.flags.bool('append-hash')) throw new Failure('--append-hash is not supported by this client');
    const { data } = await dataSources(call, 'secret', name);
    return secret(name, data, call.flags.text('type'));
  },
});

const tlsVerb = generatorVerb({
  usage: 'NAME --cert=path/to/cert/file --key=path/to/key/file',
  about: 'Create a TLS secret from the given public/private key pair.',
  flags: [text('cert', 'File of the certificate.'), text('key', 'File of its private key.')],
  namespaced: true,
  failed: 'failed to create secret',
  async build(call, name) {
    const [cert, key] = [call.flags.text('cert'), call.flags.text('key')];
    if (key === '' || cert === '') throw new Failure('key and cert must be specified');
    const read = async (path: string): Promise<string> => {
      try {
        return (await call.world.files.readFile(resolve(call.terminal.workFolder, path))).toString('base64');
      } catch {
        throw new Failure(`Cannot read file ${path}, open ${path}: no such file or directory`);
      }
    };
    return secret(name, { 'tls.crt': await read(cert), 'tls.key': await read(key) }, 'kubernetes.io/tls');
  },
});

const dockerRegistryVerb = generatorVerb({
  usage: 'NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string]',
  about: 'Create a new secret for use with container registries.',
  flags: [
    text('docker-server', 'The registry.', { fallback: 'https://index.docker.io/v1/' }),
    text('docker-username', 'User at the registry.'),
    text('docker-password', 'Password at the registry.'),
    text('docker-email', 'Mail address at the registry.'),
    ...DATA_FLAGS.filter(({ name }) => name === 'from-file'),
  ],
  namespaced: true,
  failed: 'failed to create secret',
  async build(call, name) {
    const type = 'kubernetes.io/dockerconfigjson';
    if (call.flags.list('from-file').length > 0) return fromFile(call, name, type);
    const given = (flag: string): string => call.flags.text(`docker-${flag}`);
    const [username, password, email] = [given('username'), given('password'), given('email')];
    if (username === '' || password === '') {
      throw new Failure(
        'either --from-file or the combination of --docker-username, --docker-password and --docker-server is required',
      );
    }
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    const login = { auth, ...(email === '' ? {} : { email }), password, username };
    const config = JSON.stringify({ auths: { [given('server')]: inGoOrder(login) } });
    return secret(name, { '.dockerconfigjson': Buffer.from(config).toString('base64') }, type);
  },
});

/** As the struct has its fields. */
const inGoOrder = ({ auth, email, password, username }: Readonly<Record<string, string>>): unknown => ({
  username,
  password,
  ...(email === undefined ? {} : { email }),
  auth,
});

async function fromFile(call: Call, name: string, type: string): Promise<KubeObject> {
  const [path = ''] = call.flags.list('from-file');
  const file = path.replace(/^[^=]*=/, '');
  const text = await call.world.files.readFile(resolve(call.terminal.workFolder, file));
  return secret(name, { '.dockerconfigjson': text.toString('base64') }, type);
}

export const secretVerb: Verb = {
  usage: '(docker-registry | generic | tls)',
  about: 'Create a secret with specified type.',
  subs: {
    'docker-registry': {
      about: 'Create a secret for use with a Docker registry',
      load: async () => dockerRegistryVerb,
    },
    generic: { about: 'Create a secret from a local file, directory, or literal value', load: async () => genericVerb },
    tls: { about: 'Create a TLS secret', load: async () => tlsVerb },
  },
};
