import { ageColumn, integer, nameColumn, text } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { printParamKind } from './print-param-kind.ts';
import { reservedNameWarnings } from './reserved-name-warnings.ts';
import { validateExpressionWarnings } from './validate-expression-warnings.ts';
import { validateValidatingPolicy } from './validate-validating-policy.ts';
import {
  validatingAdmissionPolicySpec,
  validatingAdmissionPolicyStatus,
  type ValidatingAdmissionPolicySpec,
} from './validating-admission-policy-spec.ts';

/** What columns are computed from. */
interface Parts {
  readonly spec: ValidatingAdmissionPolicySpec;
}

export const ValidatingAdmissionPolicy = defineResource({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies',
  categories: ['api-extensions'],
  scope: 'Cluster',
  doc: 'What must hold of requests, in expressions; judges those that a binding says.',
  openapiName: 'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy',
  fields: {
    spec: validatingAdmissionPolicySpec.present().doc('What it asks for.').at(2),
    status: validatingAdmissionPolicyStatus.present().doc('What was found out about it.').at(3),
  },
  status: true,
  putByRevision: true,
  columns: [
    nameColumn,
    integer('Validations', 'How many there are.', ({ spec }: Parts) => spec.validations?.length ?? 0),
    text('ParamKind', 'Kind of parameters.', ({ spec }: Parts) => printParamKind(spec.paramKind)),
    ageColumn,
  ],
  validate: ({ metadata, spec }, old) => validateValidatingPolicy(metadata.name, spec, old?.spec),
  warnings: reservedNameWarnings,
  validateStatusUpdate: ({ status }) => validateExpressionWarnings(status.typeChecking?.expressionWarnings),
});
export type ValidatingAdmissionPolicy = ObjectOf<typeof ValidatingAdmissionPolicy>;
