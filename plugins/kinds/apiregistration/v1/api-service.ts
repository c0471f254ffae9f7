import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { placed } from '../../../../src/api/field-error.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { pathSegmentProblems } from '../../../../src/base/path-segment.ts';
import { LOCAL, withAvailability } from './availability.ts';
import { apiServiceSpec, apiServiceStatus, type ApiServiceSpec, type ApiServiceStatus } from './api-service-spec.ts';
import { validateApiService, validateApiServiceStatus } from './validate-api-service.ts';

/** What columns are computed from. */
interface Parts {
  readonly spec: ApiServiceSpec;
  readonly status: ApiServiceStatus;
}

function availability({ status: { conditions = [] } }: Parts): string {
  const found = conditions.find(({ type }) => type === 'Available');
  if (found === undefined) return 'Unknown';
  const { status, reason = '' } = found;
  return status === 'True' || reason === '' ? status : `${status} (${reason})`;
}

export const APIService = defineResource({
  group: 'apiregistration.k8s.io',
  version: 'v1',
  kind: 'APIService',
  plural: 'apiservices',
  categories: ['api-extensions'],
  scope: 'Cluster',
  putByRevision: true,
  generation: false,
  doc: 'A version of a group of the API, and who answers requests to it.',
  openapiName: 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService',
  fields: {
    spec: apiServiceSpec.present().doc('Which API it is, and who answers.').at(2),
    status: apiServiceStatus.present().doc('How it fares.').at(3),
  },
  status: true,
  columns: [
    nameColumn,
    text('Service', 'The service in front of who answers.', ({ spec: { service } }: Parts) =>
      service === undefined ? 'Local' : `${service.namespace ?? ''}/${service.name ?? ''}`,
    ),
    text('Available', 'Whether it is answered.', availability),
    ageColumn,
  ],
  nameProblems: pathSegmentProblems,
  prepareForCreate: (object, { nowMs }) =>
    object.spec.service === undefined ? { ...object, status: withAvailability({}, LOCAL, nowMs) } : object,
  validate: object => placed('', validateApiService(object)),
  validateStatusUpdate: validateApiServiceStatus,
});
export type APIService = ObjectOf<typeof APIService>;
