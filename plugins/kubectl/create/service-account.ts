import { generatorVerb, newMetadata } from './generator.ts';

export const serviceAccountVerb = generatorVerb({
  usage: 'NAME [--dry-run=server|client|none]',
  about: 'Create a service account with the specified name.',
  flags: [],
  namespaced: true,
  failed: 'failed to create serviceaccount',
  build: (_, name) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: newMetadata(name) }),
});
