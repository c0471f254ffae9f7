import type { CertificateSigningRequest } from '../kinds/certificates/v1/certificate-signing-request.ts';

type Condition = NonNullable<CertificateSigningRequest['status']['conditions']>[number];

/** The decision of this type, if it was taken. */
export const conditionOf = (
  { status: { conditions = [] } }: CertificateSigningRequest,
  type: 'Approved' | 'Denied' | 'Failed',
): Condition | undefined => conditions.find(condition => condition.type === type);

export const isDecided = (request: CertificateSigningRequest): boolean =>
  conditionOf(request, 'Approved') !== undefined || conditionOf(request, 'Denied') !== undefined;

export const isIssued = ({ status }: CertificateSigningRequest): boolean => (status.certificate ?? '') !== '';

/** The request itself, as its schema keeps it in base64. */
export const pemOf = ({ spec }: CertificateSigningRequest): string =>
  Buffer.from(spec.request, 'base64').toString('latin1');
