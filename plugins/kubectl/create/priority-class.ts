import { bool, int, text } from '../command/flag.ts';
import { generatorVerb, newMetadata } from './generator.ts';

export const priorityClassVerb = generatorVerb({
  usage: 'NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]',
  about: 'Create a priority class with the specified name, value, globalDefault and description.',
  flags: [
    int('value', 'The priority.'),
    bool('global-default', 'Pods that name no class have this one.'),
    text('description', 'When it is to be used.'),
    text('preemption-policy', 'Whether pods of lower priority give way.', { fallback: 'PreemptLowerPriority' }),
  ],
  namespaced: false,
  failed: 'failed to create priorityclass',
  build: ({ flags }, name) => ({
    apiVersion: 'scheduling.k8s.io/v1',
    ...(flags.text('description') === '' ? {} : { description: flags.text('description') }),
    ...(flags.bool('global-default') ? { globalDefault: true } : {}),
    kind: 'PriorityClass',
    metadata: newMetadata(name),
    preemptionPolicy: flags.text('preemption-policy'),
    value: flags.int('value'),
  }),
});
