import { expect, it } from 'vitest';
import { AddressesTakenError, refuseTaken } from './taken-addresses.ts';

const links = [
  { index: 1, name: 'eth0' },
  { index: 2, name: 'tp000aaas1' },
  { index: 3, name: 'tp000bbb1234567' },
];
const route = (
  address: string,
  prefix: number,
  linkIndex: number | null,
  type: 'unicast' | 'unreachable' = 'unicast',
  ours = linkIndex !== 1,
) => ({ type, ours, to: { address, prefix }, linkIndex, gateway: null, source: null, metric: 0 }) as const;
const taken = (...routes: readonly ReturnType<typeof route>[]): AddressesTakenError | undefined => {
  try {
    refuseTaken({ routes, links }, ['10.42.0.0/24', '10.43.0.0/16'], 'tp000aaa');
    return undefined;
  } catch (error) {
    if (error instanceof AddressesTakenError) return error;
    throw error;
  }
};

it.each([
  ['a wider route', route('10.0.0.0', 8, 1), undefined],
  ['the default route', route('0.0.0.0', 0, 1), undefined],
  ['other addresses', route('10.44.0.0', 16, 3), undefined],
  ['a link of our own', route('10.43.0.0', 16, 2), undefined],
  ['pods of a node that had these addresses before', route('10.42.0.0', 24, 1, 'unicast', true), undefined],
  ['what leads nowhere', route('10.43.0.0', 16, null, 'unreachable'), undefined],
  [
    'the services of another server',
    route('10.43.0.0', 16, 3),
    '10.43.0.0/16 of 10.43.0.0/16 is already routed to tp000bbb1234567, a link of another tiphys server',
  ],
  [
    'a pod of another server',
    route('10.42.0.3', 32, 3),
    '10.42.0.3/32 of 10.42.0.0/24 is already routed to tp000bbb1234567, a link of another tiphys server',
  ],
  ['a network of the host', route('10.43.7.0', 24, 1), '10.43.7.0/24 of 10.43.0.0/16 is already routed to eth0;'],
] as const)('%s', (_, found, message) => {
  const error = taken(found);
  if (message === undefined) expect(error).toBeUndefined();
  else expect(error?.message).toContain(message);
});
