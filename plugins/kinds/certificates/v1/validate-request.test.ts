import { describe, expect, it } from 'vitest';
import { fieldErrorBody } from '../../../../src/api/field-error.ts';
import { newRequest } from '../../../../src/base/testing/new-request.ts';
import { complaints, stored } from '../../testing/complaints.ts';
import { CertificateSigningRequest } from './certificate-signing-request.ts';
import { KEY_USAGES } from './key-usages.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const decided = (...types: readonly string[]) => ({ conditions: types.map(type => ({ type, status: 'True' })) });
const valid = {
  request: base64((await newRequest({ commonName: 'x' })).pem),
  signerName: 'example.com/x.y',
  usages: ['client auth'],
};
const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

describe('a request for a certificate', () => {
  it.each<[object, readonly string[]]>([
    [{}, []],
    [
      { request: base64('x'), expirationSeconds: 599, usages: ['client auth', 'a', 'client auth'], signerName: '' },
      [
        'spec.request: Invalid value: "eA==": PEM block type must be CERTIFICATE REQUEST',
        `spec.usages[1]: Unsupported value: "a": supported values: ${KEY_USAGES.map(each => `"${each}"`).join(', ')}`,
        'spec.usages[2]: Duplicate value: "client auth"',
        'spec.signerName: Required value',
        'spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)',
      ],
    ],
    [{ usages: [] }, ['spec.usages: Required value']],
    [
      { signerName: 'kubernetes.io/legacy-unknown' },
      [
        'spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version',
      ],
    ],
    [
      { signerName: 'a' },
      [
        `spec.signerName: Invalid value: "a": must be a fully qualified domain and path of the form 'example.com/signer-name'`,
      ],
    ],
    [
      { signerName: '_/x' },
      [
        `spec.signerName: Invalid value: "_": validating label "_": ${LABEL}`,
        'spec.signerName: Invalid value: "_": should be a domain with at least two segments separated by dots',
      ],
    ],
  ])('%j', (spec, said) => {
    expect(complaints(CertificateSigningRequest, { spec: { ...valid, ...spec } })).toEqual(said);
  });

  it.each<[object, readonly string[]]>([
    [
      decided('Denied', 'Approved', 'Approved'),
      [
        'status.conditions[1].type: Invalid value: "Approved": Approved and Denied conditions are mutually exclusive',
        'status.conditions[2].type: Invalid value: "Approved": Approved and Denied conditions are mutually exclusive',
        'status.conditions[2].type: Duplicate value: "Approved"',
      ],
    ],
    [
      { conditions: [{ type: 'Failed', status: 'False' }, { type: 'x', status: 'y' }, { status: 'True' }] },
      [
        'status.conditions[0].status: Unsupported value: "False": supported values: "True"',
        'status.conditions[1].status: Unsupported value: "y": supported values: "False", "True", "Unknown"',
        'status.conditions[2].type: Required value',
      ],
    ],
  ])('with the status %j', (status, said) => {
    expect(complaints(CertificateSigningRequest, { spec: valid, status })).toEqual(said);
  });
});

describe('a changed status', () => {
  it.each<[object, object, readonly string[]]>([
    [
      decided('Approved'),
      { ...decided('Denied', 'Approved', 'Approved'), certificate: base64('x') },
      [
        'status.conditions: Forbidden: updates may not add a condition of type "Approved"',
        'status.conditions: Forbidden: updates may not add a condition of type "Denied"',
        'status.certificate: Invalid value: "<certificate data>": must contain one or more CERTIFICATE PEM blocks',
      ],
    ],
    [
      { ...decided('Approved'), certificate: 'YQ==' },
      {},
      [
        'status.conditions: Forbidden: updates may not remove a condition of type "Approved"',
        'status.certificate: Forbidden: updates may not modify existing certificate content',
      ],
    ],
    [
      {},
      { certificate: base64('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n') },
      ['status.certificate: Invalid value: "<certificate data>": x509: malformed certificate'],
    ],
    [
      {},
      { certificate: base64('-----BEGIN X-----\nAAAA\n-----END X-----\n') },
      ['status.certificate: Invalid value: "<certificate data>": only CERTIFICATE PEM blocks are allowed, found "X"'],
    ],
  ])('%j to %j', (before, after, said) => {
    const object = (status: object) => stored(CertificateSigningRequest, { spec: valid, status });
    const errors = CertificateSigningRequest.validateStatusUpdate?.(object(after), object(before)) ?? [];
    expect(errors.map(error => `${error.field}: ${fieldErrorBody(error)}`)).toEqual(said);
  });
});
