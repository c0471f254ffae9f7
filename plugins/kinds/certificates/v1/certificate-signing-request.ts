import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { humanDuration } from '../../../../src/base/human-duration.ts';
import { pathSegmentProblems } from '../../../../src/base/path-segment.ts';
import { certificateSigningRequestSpec } from './certificate-signing-request-spec.ts';
import { certificateSigningRequestStatus } from './certificate-signing-request-status.ts';
import { withDecisionsOf, withConditionTimes } from './request-conditions.ts';
import { validateApproval, validateRequest, validateSigning, type RequestObject } from './validate-request.ts';

export const CertificateSigningRequest = defineResource({
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests',
  shortNames: ['csr'],
  scope: 'Cluster',
  doc: 'Asks a signer for a certificate.',
  openapiName: 'io.k8s.api.certificates.v1.CertificateSigningRequest',
  fields: {
    spec: certificateSigningRequestSpec.zero().doc('What is asked for, and by whom.').at(2),
    status: certificateSigningRequestStatus.present().doc('What became of it.').at(3),
  },
  status: true,
  generation: false,
  nameProblems: pathSegmentProblems,
  selectableFields: { 'spec.signerName': ({ spec }) => spec.signerName },
  columns: [
    nameColumn,
    ageColumn,
    text('SignerName', 'Who is asked to sign.', ({ spec }: RequestObject) => spec.signerName || NONE),
    text('Requestor', 'Who asks.', ({ spec }: RequestObject) => spec.username ?? ''),
    text('RequestedDuration', 'How long the certificate shall be valid.', ({ spec }: RequestObject) =>
      spec.expirationSeconds === undefined ? NONE : humanDuration(spec.expirationSeconds * 1000),
    ),
    text('Condition', 'What was decided, and whether it was issued.', condition),
  ],
  /** Who asks is the server's word. */
  prepareForCreate: (request, { user }) => {
    const { username: _name, uid: _uid, groups: _groups, extra: _extra, ...spec } = request.spec;
    const { name, uid, groups, extra } = user;
    return {
      ...request,
      spec: {
        ...spec,
        username: name,
        groups,
        ...(uid === undefined ? {} : { uid }),
        ...(extra === undefined ? {} : { extra }),
      },
    };
  },
  prepareForUpdate: (request, old) => ({ ...request, spec: old.spec }),
  prepareForStatusUpdate: (request, old, { nowMs }) => withConditionTimes(withDecisionsOf(request, old), old, nowMs),
  parts: {
    approval: {
      keep: (request, old, { nowMs }) => {
        const { certificate: _certificate, ...status } = request.status;
        const { certificate } = old.status;
        const decided = { ...old, metadata: request.metadata, status };
        const timed = withConditionTimes(decided, old, nowMs);
        return certificate === undefined ? timed : { ...timed, status: { ...timed.status, certificate } };
      },
      validateUpdate: validateApproval,
      isOfStatus: true,
    },
  },
  validate: validateRequest,
  validateStatusUpdate: validateSigning,
});
export type CertificateSigningRequest = ObjectOf<typeof CertificateSigningRequest>;

const NONE = '<none>';

function condition({ status: { conditions = [], certificate = '' } }: RequestObject): string {
  const has = (type: string): boolean => conditions.some(each => each.type === type);
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  return `${decision}${has('Failed') ? ',Failed' : ''}${certificate === '' ? '' : ',Issued'}`;
}
