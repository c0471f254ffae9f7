import { describe, expect, it } from 'vitest';
import { complaints, stored } from '../../testing/complaints.ts';
import { NetworkPolicy } from './network-policy.ts';

const RANGE = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

describe('a policy', () => {
  it.each<[object, readonly string[]]>([
    [{}, ['Ingress']],
    [{ egress: [{}] }, ['Ingress', 'Egress']],
    [{ egress: [{}], policyTypes: ['Egress'] }, ['Egress']],
  ])('%j is about %j', (spec, policyTypes) => {
    expect(stored(NetworkPolicy, { spec })).toMatchObject({ spec: { podSelector: {}, policyTypes } });
  });

  it.each<[object, readonly string[]]>([
    [{ port: 80 }, []],
    [{ port: 'web', protocol: 'UDP' }, []],
    [{ port: 80, endPort: 90, protocol: 'SCTP' }, []],
    [{ port: 0 }, ['port: Invalid value: 0: must be between 1 and 65535, inclusive']],
    [{ port: 80, endPort: 70 }, ['endPort: Invalid value: 80: must be greater than or equal to `port`']],
    [
      { port: 'a--b', endPort: 9 },
      [
        'endPort: Invalid value: 9: may not be specified when `port` is non-numeric',
        'port: Invalid value: "a--b": must not contain consecutive hyphens',
      ],
    ],
    [{ endPort: 9 }, ['endPort: Invalid value: 9: may not be specified when `port` is not specified']],
    [{ protocol: 'Odd' }, ['protocol: Unsupported value: "Odd": supported values: "TCP", "UDP", "SCTP"']],
  ])('port %j', (port, errors) => {
    const at = 'spec.ingress[0].ports[0].';
    expect(complaints(NetworkPolicy, { spec: { ingress: [{ ports: [port] }] } })).toEqual(errors.map(e => at + e));
  });

  it.each<[object, readonly string[]]>([
    [{ podSelector: {}, namespaceSelector: {} }, []],
    [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }, []],
    [{ ipBlock: { cidr: 'fd00::/8', except: ['fd00:1::/32'] } }, []],
    [{}, [': Required value: must specify a peer']],
    [
      { podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } },
      [': Forbidden: may not specify both ipBlock and another peer'],
    ],
    [{ ipBlock: {} }, ['.ipBlock.cidr: Required value']],
    [{ ipBlock: { cidr: 'x', except: ['y'] } }, [`.ipBlock.cidr: Invalid value: "x": ${RANGE}`]],
    [
      { ipBlock: { cidr: '10.0.0.0/8', except: ['y', '10.0.0.0/8', '11.0.0.0/9', 'fd00::/16'] } },
      [
        `.ipBlock.except[0]: Invalid value: "y": ${RANGE}`,
        '.ipBlock.except[1]: Invalid value: "10.0.0.0/8": must be a strict subset of `cidr`',
        '.ipBlock.except[2]: Invalid value: "11.0.0.0/9": must be a strict subset of `cidr`',
        '.ipBlock.except[3]: Invalid value: "fd00::/16": must be a strict subset of `cidr`',
      ],
    ],
  ])('peer %j', (peer, errors) => {
    const at = 'spec.egress[0].to[0]';
    expect(complaints(NetworkPolicy, { spec: { egress: [{ to: [peer] }] } })).toEqual(errors.map(e => at + e));
  });

  it.each<[readonly string[], readonly string[]]>([
    [['Odd'], ['spec.policyTypes[0]: Unsupported value: "Odd": supported values: "Ingress", "Egress"']],
    [
      ['Ingress', 'Egress', 'Ingress'],
      ['spec.policyTypes: Invalid value: ["Ingress","Egress","Ingress"]: may not specify more than two policyTypes'],
    ],
  ])('types %j', (policyTypes, errors) => {
    expect(complaints(NetworkPolicy, { spec: { policyTypes } })).toEqual(errors);
  });

  it('is warned of ranges in odd spellings', () => {
    const spec = { ingress: [{ from: [{ ipBlock: { cidr: 'FD00::/8', except: ['fd00:0001::/32'] } }] }] };
    const at = 'spec.ingress[0].from[0].ipBlock';
    expect(NetworkPolicy.warnings?.(stored(NetworkPolicy, { spec }))).toEqual([
      `${at}.cidr: IPv6 CIDR value "FD00::/8" should be in RFC 5952 canonical format ("fd00::/8")`,
      `${at}.except[0]: IPv6 CIDR value "fd00:0001::/32" should be in RFC 5952 canonical format ("fd00:1::/32")`,
    ]);
  });
});
