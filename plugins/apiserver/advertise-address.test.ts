import { expect, it } from 'vitest';
import { ownAddress } from './advertise-address.ts';

const HEAD = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';
const route = (link: string, destination: string, metric: number, mask: string): string =>
  `${link}\t${destination}\t01000A0A\t0003\t0\t0\t${metric}\t${mask}\t0\t0\t0\n`;
const at = (link: string, address: string): { interface: string; address: string; family: 4 } => ({
  interface: link,
  address,
  family: 4,
});

it.each([
  [
    'the link of the default route',
    [at('eth0', '10.0.0.1'), at('eth1', '10.0.0.2')],
    route('eth1', '00000000', 0, '00000000'),
    '10.0.0.2',
  ],
  [
    'the default route of the lowest metric',
    [at('eth0', '10.0.0.1'), at('eth1', '10.0.0.2')],
    route('eth0', '00000000', 200, '00000000') + route('eth1', '00000000', 100, '00000000'),
    '10.0.0.2',
  ],
  [
    'the first link that is no container’s',
    [at('docker0', '172.17.0.1'), at('eth0', '10.0.0.1')],
    route('eth0', '0000000A', 0, '00FFFFFF'),
    '10.0.0.1',
  ],
  ['loopback where there is nothing else', [at('tp0a1b2cx', '10.42.0.1')], '', '127.0.0.1'],
])('takes the address of %s', (_, addresses, routes, expected) => {
  expect(ownAddress(addresses, HEAD + routes)).toBe(expected);
});
