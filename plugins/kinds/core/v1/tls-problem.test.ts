import 'reflect-metadata';
import { generateKeyPairSync, KeyObject, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { expect, it } from 'vitest';
import { tlsProblem } from './tls-problem.ts';

x509.cryptoProvider.set(webcrypto);
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
const made = { name: 'CN=a', keys, signingAlgorithm: ALGORITHM, serialNumber: '01' };
const CERTIFICATE = (await x509.X509CertificateGenerator.createSelfSigned(made)).toString('pem');
const pem = { type: 'pkcs8', format: 'pem' } as const;
const KEY = KeyObject.from(keys.privateKey).export(pem).toString();
const OTHER_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(pem).toString();
const RSA_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(pem).toString();
const block = (type: string): string => `-----BEGIN ${type}-----\nAA==\n-----END ${type}-----\n`;

it.each([
  ['fit', CERTIFICATE, KEY, undefined],
  ['nothing', '', '', 'tls: failed to find any PEM data in certificate input'],
  [
    'swapped',
    KEY,
    CERTIFICATE,
    'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
  ],
  [
    'something else',
    block('A') + block('B'),
    KEY,
    'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [A B]',
  ],
  ['no key', CERTIFICATE, 'x', 'tls: failed to find any PEM data in key input'],
  [
    'two certificates',
    CERTIFICATE,
    CERTIFICATE,
    'tls: found a certificate rather than a key in the PEM for the private key',
  ],
  [
    'another thing for a key',
    CERTIFICATE,
    block('A'),
    'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [A]',
  ],
  ['a broken certificate', block('CERTIFICATE'), KEY, 'x509: malformed certificate'],
  ['a broken key', CERTIFICATE, block('PRIVATE KEY'), 'tls: failed to parse private key'],
  ['another key', CERTIFICATE, OTHER_KEY, 'tls: private key does not match public key'],
  ['a key of another type', CERTIFICATE, RSA_KEY, 'tls: private key type does not match public key type'],
])('%s', (_title, certificate, key, problem) => {
  expect(tlsProblem({ certificate, key })).toBe(problem);
});
