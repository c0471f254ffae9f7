import { ageColumn, integer, nameColumn, text } from '../../../../src/api/columns.ts';
import { placed } from '../../../../src/api/field-error.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { validateConditions } from './flow-condition.ts';
import { flowSchemaSpec, flowSchemaStatus, type FlowSchemaSpec, type FlowSchemaStatus } from './flow-schema-spec.ts';
import { validateFlowSchema } from './validate-flow-schema.ts';

/** What rows are ordered by. */
interface Ranked {
  readonly metadata: { readonly name: string };
  readonly spec: FlowSchemaSpec;
}

/** What columns are computed from. */
interface Parts {
  readonly spec: FlowSchemaSpec;
  readonly status: FlowSchemaStatus;
}

const matchingPrecedence = ({ spec }: Parts): number => spec.matchingPrecedence;

/** By which requests over the network are classified; see `plugins/flow-control`. */
export const FlowSchema = defineResource({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'FlowSchema',
  plural: 'flowschemas',
  scope: 'Cluster',
  generation: true,
  doc: 'Which requests have which priority.',
  openapiName: 'io.k8s.api.flowcontrol.v1.FlowSchema',
  fields: {
    spec: flowSchemaSpec.present().doc('Which requests.').at(2),
    status: flowSchemaStatus.present().doc('How it fares.').at(3),
  },
  status: true,
  rowOrder: ({ spec: a, metadata: { name } }: Ranked, { spec: b, metadata }: Ranked) =>
    a.matchingPrecedence - b.matchingPrecedence || (name < metadata.name ? -1 : 1),
  columns: [
    nameColumn,
    text('PriorityLevel', 'The level of its requests.', ({ spec }: Parts) => spec.priorityLevelConfiguration.name),
    // A number that upstream prints as text.
    { ...integer('MatchingPrecedence', 'Lower ones are asked first.', matchingPrecedence), type: 'string' },
    text('DistinguisherMethod', 'By what requests are told apart.', ({ spec }: Parts) =>
      spec.distinguisherMethod === undefined ? '<none>' : spec.distinguisherMethod.type,
    ),
    ageColumn,
    text(
      'MissingPL',
      'Whether there is no such level.',
      ({ status: { conditions = [] } }: Parts) => conditions.find(({ type }) => type === 'Dangling')?.status ?? '?',
    ),
  ],
  validate: schema => placed('', validateFlowSchema(schema)),
  validateStatusUpdate: ({ status }) => validateConditions(status.conditions),
});
export type FlowSchema = ObjectOf<typeof FlowSchema>;
