import { generatorVerb, newMetadata } from './generator.ts';

export const namespaceVerb = generatorVerb({
  usage: 'NAME [--dry-run=server|client|none]',
  about: 'Create a namespace with the specified name.',
  flags: [],
  namespaced: false,
  build: (_, name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: newMetadata(name), spec: {}, status: {} }),
});
