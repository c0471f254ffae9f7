import { describe, expect, it } from 'vitest';
import { CertificateRequestError, parseCertificateRequest } from './certificate-request.ts';
import { newRequest } from './testing/new-request.ts';

const pemOf = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
const derOf = (pem: string): Buffer => Buffer.from(pem.replaceAll(/-----[^-]+-----/g, ''), 'base64');

describe('parseCertificateRequest', () => {
  it.each(['ecdsa', 'rsa'] as const)('reads whom a request with a key of %s is for', async algorithm => {
    const { pem } = await newRequest({
      commonName: 'system:node:ä',
      organizations: ['system:nodes', 'b'],
      dnsNames: ['n.example.com'],
      addresses: ['10.0.0.7', 'fd00::7'],
      algorithm,
    });
    expect(parseCertificateRequest(`before\n${pem}`)).toMatchObject({
      commonName: 'system:node:ä',
      organizations: ['system:nodes', 'b'],
      dnsNames: ['n.example.com'],
      addresses: ['10.0.0.7', 'fd00::7'],
      emails: [],
      uris: [],
    });
  });

  it('takes no name of several for the one', async () => {
    const { pem } = await newRequest({ commonName: 'a+CN=b' });
    expect(parseCertificateRequest(pem).commonName).toBe('a+CN=b');
    const twice = await newRequest({ commonName: 'a', organizations: ['x'] });
    const der = derOf(twice.pem);
    // The organization's type made a second common name breaks the signature, which is judged before anything else.
    const organization = der.indexOf(Buffer.from([0x55, 0x04, 0x0a]));
    der[organization + 2] = 0x03;
    expect(() => parseCertificateRequest(pemOf(der))).toThrow('x509: ECDSA verification failure');
  });

  it.each([
    ['', 'PEM block type must be CERTIFICATE REQUEST'],
    ['-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n', 'PEM block type must be CERTIFICATE REQUEST'],
    ['-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n', 'PEM block type must be CERTIFICATE REQUEST'],
    [pemOf(Buffer.from([0x30, 0x80])), 'x509: malformed certificate request: a length that is none'],
    [pemOf(Buffer.from([0x30, 0x00])), 'x509: malformed certificate request: too few parts'],
  ])('refuses %j', (pem, message) => {
    expect(() => parseCertificateRequest(pem)).toThrow(message);
  });

  it('refuses what is cut short or changed anywhere, by its own error', async () => {
    const der = derOf((await newRequest({ commonName: 'a', dnsNames: ['b'] })).pem);
    for (let at = 0; at < der.length; at++) {
      const changed = Buffer.from(der);
      changed[at] = (changed[at] ?? 0) ^ 0x41;
      for (const bytes of [der.subarray(0, at), changed]) {
        expect(() => parseCertificateRequest(pemOf(bytes)), `${at}`).toThrow(CertificateRequestError);
      }
    }
  });
});
