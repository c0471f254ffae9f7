import { bool, list, texts } from '../command/flag.ts';
import { Failure } from '../failures.ts';
import { dataSources } from './data-sources.ts';
import { generatorVerb, newMetadata } from './generator.ts';

export const DATA_FLAGS = [
  texts('from-literal', 'key=value to keep.'),
  list('from-file', 'Files or folders to keep, by their names or as key=path.'),
  list('from-env-file', 'Files of lines key=value to keep.'),
  bool('append-hash', 'Not supported by this client.'),
];

export const configMapVerb = generatorVerb({
  usage: 'NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]',
  about: 'Create a config map based on a file, directory, or specified literal value.',
  flags: DATA_FLAGS,
  namespaced: true,
  failed: 'failed to create configmap',
  async build(call, name) {
    if (call.flags.bool('append-hash')) throw new Failure('--append-hash is not supported by this client');
    const { data, binary } = await dataSources(call, 'configmap', name);
    return {
      apiVersion: 'v1',
      ...(Object.keys(binary).length > 0 ? { binaryData: binary } : {}),
      ...(Object.keys(data).length > 0 ? { data } : {}),
      kind: 'ConfigMap',
      metadata: newMetadata(name),
    };
  },
});
