import { validatePriorityClass, validatePriorityClassUpdate } from './validate-priority-class.ts';
import { ageColumn, integer, nameColumn, text } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { placed } from '../../../../src/api/field-error.ts';
import { boolean, int32, oneOf, string } from '../../../../src/schema/schema.ts';

export const PriorityClass = defineResource({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  shortNames: ['pc'],
  scope: 'Cluster',
  doc: 'A named priority for pods.',
  openapiName: 'io.k8s.api.scheduling.v1.PriorityClass',
  fields: {
    value: int32().default(0).doc('The priority; larger goes first.').at(2),
    globalDefault: boolean().omitEmpty().doc('Pods without a class get this one.').at(3),
    description: string().omitEmpty().doc('What it is for.').at(4),
    preemptionPolicy: oneOf('PreemptLowerPriority', 'Never')
      .default('PreemptLowerPriority')
      .doc('Whether its pods may displace others.')
      .at(5),
  },
  columns: [
    nameColumn,
    integer('Value', 'The priority.', ({ value }: { readonly value?: number }) => value ?? 0),
    {
      name: 'Global-Default',
      type: 'boolean',
      description: 'Pods without a class get this one.',
      value: ({ globalDefault = false }) => globalDefault,
    },
    ageColumn,
    text(
      'PreemptionPolicy',
      'Whether its pods may displace others.',
      ({ preemptionPolicy }: { readonly preemptionPolicy: string }) => preemptionPolicy,
    ),
  ],
  /** Counted once: what may change of it later has no effect on what is there. */
  prepareForCreate: priorityClass => ({
    ...priorityClass,
    metadata: { ...priorityClass.metadata, generation: 1 },
  }),
  validate: priorityClass => placed('', validatePriorityClass(priorityClass)),
  validateUpdate: validatePriorityClassUpdate,
});
export type PriorityClass = ObjectOf<typeof PriorityClass>;
