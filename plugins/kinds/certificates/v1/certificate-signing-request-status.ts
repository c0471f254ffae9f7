import { type Stored, bytes, listMap, object, string, time } from '../../../../src/schema/schema.ts';

export const certificateSigningRequestCondition = object({
  type: string().zero().doc('Approved, Denied, Failed, or one of the signer’s own.').at(1),
  status: string().zero().doc('True, False or Unknown; of the known ones True alone.').at(6),
  reason: string().omitEmpty().doc('Why, in one word.').at(2),
  message: string().omitEmpty().doc('Why, for people.').at(3),
  lastUpdateTime: time().orNullWhenAbsent().doc('When it was written last.').at(4),
  lastTransitionTime: time().orNullWhenAbsent().doc('When the status changed last.').at(5),
})
  .named('io.k8s.api.certificates.v1.CertificateSigningRequestCondition')
  .doc('What was decided about a request.');
export type CertificateSigningRequestCondition = Stored<typeof certificateSigningRequestCondition>;

export const certificateSigningRequestStatus = object({
  conditions: listMap(certificateSigningRequestCondition, 'type')
    .patchKey(null)
    .omitEmpty()
    .doc('What was decided.')
    .at(1),
  certificate: bytes().omitEmpty().doc('The certificate, in PEM.').at(2),
})
  .named('io.k8s.api.certificates.v1.CertificateSigningRequestStatus')
  .doc('What became of a request.');
export type CertificateSigningRequestStatus = Stored<typeof certificateSigningRequestStatus>;
