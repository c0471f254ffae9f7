import { X509Certificate } from 'node:crypto';

/**
 * Whether an authority of `bundle`, PEM, signed `certificate`, both being valid now. Issuers are found by name and key
 * alone, as Go finds them: OpenSSL takes a certificate without any names for its own issuer, and refuses it.
 */
export function isSignedBy(bundle: string, certificate: X509Certificate, nowMs: number): boolean {
  const authorities = (bundle.match(PEM) ?? []).map(pem => new X509Certificate(pem));
  return (
    isValid(certificate, nowMs) &&
    authorities.some(
      authority =>
        authority.ca &&
        isValid(authority, nowMs) &&
        certificate.checkIssued(authority) &&
        certificate.verify(authority.publicKey),
    )
  );
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

const isValid = ({ validFromDate, validToDate }: X509Certificate, nowMs: number): boolean =>
  validFromDate.getTime() <= nowMs && nowMs <= validToDate.getTime();
