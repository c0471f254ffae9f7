import { expect, it } from 'vitest';
import { NodeAccount } from './node-account.ts';
import { mostTaken, takenBy, type Taken } from './taken.ts';
import { podOf } from '../testing/pod-fixtures.ts';

const taken = (cpu: number, ...hostPorts: readonly string[]): Taken => ({
  amounts: new Map([
    ['pods', 1],
    ['cpu', cpu],
  ]),
  hostPorts,
  isBurstable: false,
});

it('tells what all pods but one take, whatever comes and goes', () => {
  const account = new NodeAccount();
  account.take('a', taken(600));
  account.take('b', taken(300));
  account.take('b', taken(200));
  expect(account.without('a').amount('cpu')).toBe(200);
  expect(account.without('new').amount('cpu')).toBe(800);
  expect(account.without('new').amount('pods')).toBe(2);
  account.release('a');
  account.release('a');
  expect(account.has('a')).toBe(false);
  expect(account.without('new').amount('cpu')).toBe(200);
  account.release('b');
  expect(account.without('new').amount('cpu')).toBe(0);
});

it('is exact beside amounts that no floating number tells apart', () => {
  const account = new NodeAccount();
  account.take('small', taken(1));
  account.take('huge', taken(2 ** 60));
  account.release('huge');
  expect(account.without('').amount('cpu')).toBe(1);
});

it('knows the ports of the node by address and protocol, as often as they are taken', () => {
  const account = new NodeAccount();
  account.take('a', taken(0, 'TCP/10.0.0.1/80'));
  account.take('b', taken(0, 'TCP/10.0.0.2/80'));
  const collides = (port: string, uid = '') => account.without(uid).collides(port);
  expect(
    ['TCP/0.0.0.0/80', 'TCP/10.0.0.2/80', 'UDP/0.0.0.0/80', 'TCP/10.0.0.3/80'].map(port => collides(port)),
  ).toEqual([true, true, false, false]);
  expect(collides('TCP/10.0.0.2/80', 'b')).toBe(false);
  account.release('b');
  expect(collides('TCP/10.0.0.2/80')).toBe(false);
  expect(collides('TCP/0.0.0.0/80')).toBe(true);
});

it('says when a pod takes less than it did, or goes, and not when it comes or grows', () => {
  let freed = 0;
  const account = new NodeAccount(() => freed++);
  account.take('a', taken(500));
  account.take('a', taken(600));
  expect(freed).toBe(0);
  account.take('a', taken(400));
  expect(freed).toBe(1);
  account.release('a');
  account.release('a');
  expect(freed).toBe(2);
});

it('counts of a pod that is resized the larger of each amount, in the order in which they are judged', () => {
  const of = (requests: Record<string, string>) =>
    takenBy(podOf({ containers: [{ name: 'app', image: 'i', resources: { requests } }] }));
  const most = mostTaken(of({ memory: '2', cpu: '100m' }), of({ memory: '1', cpu: '1.5' }));
  expect([...most.amounts]).toEqual([
    ['pods', 1],
    ['cpu', 1500],
    ['memory', 2],
  ]);
});

it('adds up what Burstable pods ask for of processors, whatever comes and goes', () => {
  const weighed: number[] = [];
  const account = new NodeAccount(undefined, millis => weighed.push(millis));
  const asking = (requests: Readonly<Record<string, string>>, limits = {}): Taken =>
    takenBy(podOf({ containers: [{ name: 'app', image: 'i', resources: { requests, limits } }] }));
  account.take('burstable', asking({ cpu: '300m' }));
  account.take('other', asking({ cpu: '1', memory: '1Mi' }));
  account.take('best-effort', asking({}));
  const all = { cpu: '2', memory: '1Mi' };
  account.take('guaranteed', asking(all, all));
  expect(weighed.at(-1)).toBe(1300);
  account.take('other', asking({ cpu: '500m' }));
  expect(weighed.at(-1)).toBe(800);
  account.release('burstable');
  account.release('guaranteed');
  expect(weighed.at(-1)).toBe(500);
});
