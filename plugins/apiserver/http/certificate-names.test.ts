import { expect, it } from 'vitest';
import { certificateNames } from './certificate-names.ts';

const place = {
  advertiseAddress: '192.0.2.1',
  bindAddress: '0.0.0.0',
  serviceCidr: '10.43.0.0/16',
  clusterDomain: 'cluster.local',
  tlsSan: [],
};
const network = { hostname: () => 'host', addresses: () => [] };

it('a certificate is for what clients reach the server by, of the host, of pods and what else is said', () => {
  const tlsSan = ['api.example.com', '*.example.com', '203.0.113.7', '2001:db8::1', '192.0.2.1', 'host'];
  expect(certificateNames({ ...place, tlsSan }, network)).toEqual({
    names: [
      'localhost',
      'host',
      'kubernetes',
      'kubernetes.default',
      'kubernetes.default.svc',
      'kubernetes.default.svc.cluster.local',
      'api.example.com',
      '*.example.com',
    ],
    addresses: ['127.0.0.1', '::1', '192.0.2.1', '10.43.0.1', '203.0.113.7', '2001:db8::1'],
  });
});

it.each(['https://api', 'a b', '-x', '10.0.0.1/8', ''])('%j is no name', name => {
  expect(() => certificateNames({ ...place, tlsSan: [name] }, network)).toThrow(
    `invalid tlsSan ${JSON.stringify(name)}: it has to be a DNS name or an IP address`,
  );
});
