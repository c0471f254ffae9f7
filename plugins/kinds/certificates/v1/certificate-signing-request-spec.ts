import { type Stored, bytes, int32, list, map, object, string } from '../../../../src/schema/schema.ts';
import { KEY_USAGES } from './key-usages.ts';

export const certificateSigningRequestSpec = object({
  request: bytes().zero().doc('A certificate signing request (PKCS#10) in PEM.').at(1),
  usages: list(string().choices(...KEY_USAGES))
    .omitEmpty()
    .doc('What the certificate shall be good for.')
    .at(5),
  signerName: string().zero().doc('Who is asked to sign, `example.com/name`.').at(7),
  expirationSeconds: int32().optional().doc('How long the certificate shall be valid; 600 at least.').at(8),
  username: string().omitEmpty().doc('Who made the request; said by the server.').at(2),
  uid: string().omitEmpty().doc('The uid of who made the request; said by the server.').at(3),
  groups: list(string()).omitEmpty().doc('The groups of who made the request; said by the server.').at(4),
  extra: map(list(string()).plain().wrapped()).omitEmpty().doc('What else is known of who made the request.').at(6),
})
  .named('io.k8s.api.certificates.v1.CertificateSigningRequestSpec')
  .doc('The certificate that is asked for, and by whom.');
export type CertificateSigningRequestSpec = Stored<typeof certificateSigningRequestSpec>;
