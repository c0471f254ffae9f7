import { expect, it } from 'vitest';
import { readNetDev } from './network-counters.ts';

it('reads what interfaces carried, without the loopback', () => {
  const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:       9       9    0    0    0     0          0         0        9       9    0    0    0     0       0          0
  eth0:1000000000      20    1    2    0     0          0         0      300       4    5    6    0     0       0          0
`;
  expect(readNetDev(text)).toEqual([
    {
      interface: 'eth0',
      receivedBytes: 1_000_000_000,
      receivedPackets: 20,
      receiveErrors: 1,
      receiveDropped: 2,
      sentBytes: 300,
      sentPackets: 4,
      sendErrors: 5,
      sendDropped: 6,
    },
  ]);
  expect(readNetDev('')).toEqual([]);
});
