import type { AnyObject } from '../../src/api/object-meta.ts';
import { forbiddenError, qualified } from '../../src/api/status-error.ts';
import type { UserInfo } from '../../src/api/user-info.ts';
import { SUPERUSERS } from '../../src/api/user-info.ts';
import { parseCertificateRequest } from '../../src/base/certificate-request.ts';
import { isDeepEqual } from '../../src/base/deep-equal.ts';
import { admissionFor, type AdmissionPlugin, type Authorization } from '../apiserver/contract.ts';
import { CertificateSigningRequest } from '../kinds/certificates/v1/certificate-signing-request.ts';
import { API_CLIENT_SIGNER } from './signers.ts';

/** After all that mutates. */
const ORDER = 900;

/** Who may approve requests to a signer, who may sign for it, and what it never signs. */
export const signerRights = (authorization: Authorization): readonly AdmissionPlugin[] => [
  {
    name: 'CertificateApproval',
    order: ORDER,
    resources: [`${qualified(CertificateSigningRequest)}/approval`],
    async validate({ operation, user, name, oldObject }) {
      if (operation !== 'UPDATE') return;
      const { signerName } = requestOf(oldObject).spec;
      if (await mayFor(authorization, user, 'approve', signerName)) return;
      const detail = `user not permitted to approve requests with signerName ${JSON.stringify(signerName)}`;
      throw forbiddenError(CertificateSigningRequest, name, detail);
    },
  },
  {
    name: 'CertificateSigning',
    order: ORDER,
    resources: [`${qualified(CertificateSigningRequest)}/status`],
    async validate({ operation, user, name, object, oldObject }) {
      const old = requestOf(oldObject);
      if (operation !== 'UPDATE' || isDeepEqual(requestOf(object).status, old.status)) return;
      const { signerName } = old.spec;
      if (await mayFor(authorization, user, 'sign', signerName)) return;
      const detail = `user not permitted to sign requests with signerName ${JSON.stringify(signerName)}`;
      throw forbiddenError(CertificateSigningRequest, name, detail);
    },
  },
  admissionFor(CertificateSigningRequest, {
    name: 'CertificateSubjectRestriction',
    order: ORDER,
    operations: ['CREATE'],
    validate({ spec }, { name }) {
      if (spec.signerName !== API_CLIENT_SIGNER) return;
      const { organizations } = parseCertificateRequest(Buffer.from(spec.request, 'base64').toString('latin1'));
      if (!organizations.includes(SUPERUSERS)) return;
      const detail = `use of ${API_CLIENT_SIGNER} signer with ${SUPERUSERS} group is not allowed`;
      throw forbiddenError(CertificateSigningRequest, name, detail);
    },
  }),
];

/** Updates of this resource carry its objects: the server decoded them by its schema. */
const requestOf = (object: AnyObject | undefined): CertificateSigningRequest => object as CertificateSigningRequest;

/** For this signer, or for all of its domain. */
async function mayFor(authorization: Authorization, user: UserInfo, verb: string, signer: string): Promise<boolean> {
  for (const name of [signer, `${signer.split('/', 1)[0] ?? ''}/*`]) {
    const { allowed } = await authorization.authorize(user, {
      verb,
      path: '',
      isResourceRequest: true,
      group: CertificateSigningRequest.group,
      version: '*',
      resource: 'signers',
      subresource: '',
      namespace: '',
      name,
    });
    if (allowed) return true;
  }
  return false;
}
