import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { placed } from '../../../../src/api/field-error.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { validateConditions } from './flow-condition.ts';
import {
  priorityLevelConfigurationSpec,
  priorityLevelConfigurationStatus,
  type PriorityLevelConfigurationSpec,
} from './priority-level-configuration-spec.ts';
import { validatePriorityLevel } from './validate-priority-level.ts';

/** What columns are computed from. */
interface Parts {
  readonly spec: PriorityLevelConfigurationSpec;
}

const NONE = '<none>';

/** How many requests over the network are served at once; see `plugins/flow-control`. */
export const PriorityLevelConfiguration = defineResource({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'PriorityLevelConfiguration',
  plural: 'prioritylevelconfigurations',
  scope: 'Cluster',
  generation: true,
  doc: 'How many requests of a priority are served at once.',
  openapiName: 'io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration',
  fields: {
    spec: priorityLevelConfigurationSpec.present().doc('How many.').at(2),
    status: priorityLevelConfigurationStatus.present().doc('How it fares.').at(3),
  },
  status: true,
  columns: [
    nameColumn,
    text('Type', 'Whether it is limited.', ({ spec }: Parts) => spec.type),
    text(
      'NominalConcurrencyShares',
      'Its share of all requests.',
      ({ spec: { limited } }: Parts) => limited?.nominalConcurrencyShares ?? NONE,
    ),
    text('Queues', 'How many queues there are.', ({ spec }: Parts) => queuing(spec)?.queues ?? NONE),
    text('HandSize', 'How many of them one flow may use.', ({ spec }: Parts) => queuing(spec)?.handSize ?? NONE),
    text('QueueLengthLimit', 'How long each may be.', ({ spec }: Parts) => queuing(spec)?.queueLengthLimit ?? NONE),
    ageColumn,
  ],
  validate: level => placed('', validatePriorityLevel(level)),
  validateStatusUpdate: ({ status }) => validateConditions(status.conditions),
});
export type PriorityLevelConfiguration = ObjectOf<typeof PriorityLevelConfiguration>;

const queuing = ({ limited }: PriorityLevelConfigurationSpec) => limited?.limitResponse.queuing;
