import { describe, expect, it } from 'vitest';
import type { Image, PullOptions } from './contract.ts';
import { IMAGE_LIMITS } from './limits.ts';
import { PullFlights } from './pull-flights.ts';
import { parseReference } from './reference.ts';

const image = { id: 'sha256:x' } as Image;
const busybox = parseReference('busybox');

interface Started {
  readonly options: PullOptions;
  readonly land: (image: Image) => void;
}
function flights(): { readonly flights: PullFlights; readonly started: Started[] } {
  const started: Started[] = [];
  const pulls = new PullFlights(
    (_, options) =>
      new Promise((resolve, reject) => {
        started.push({ options, land: resolve });
        options.signal.addEventListener('abort', () => reject(options.signal.reason));
      }),
  );
  return { flights: pulls, started };
}
const options = (signal = new AbortController().signal, username = ''): PullOptions => ({
  signal,
  credentials: username === '' ? [] : [{ registry: 'r', username, password: 'p' }],
});

describe('PullFlights', () => {
  it('flies once for all who ask for the same, and again later', async () => {
    const { flights: pulls, started } = flights();
    const both = [pulls.pull(busybox, options()), pulls.pull(parseReference('docker.io/busybox:latest'), options())];
    expect(started).toHaveLength(1);
    started[0]?.land(image);
    expect(await Promise.all(both)).toEqual([image, image]);
    void pulls.pull(busybox, options());
    expect(started).toHaveLength(2);
  });

  it('never lets one in on the login of another', () => {
    const { flights: pulls, started } = flights();
    for (const user of ['fred', 'wilma', '', 'fred']) void pulls.pull(busybox, options(undefined, user));
    expect(started.map(flight => flight.options.credentials[0]?.username)).toEqual(['fred', 'wilma', undefined]);
  });

  it('is given up only when the last who waits is gone, and the next one starts anew', async () => {
    const { flights: pulls, started } = flights();
    const [first, second] = [new AbortController(), new AbortController()];
    const waits = [pulls.pull(busybox, options(first.signal)), pulls.pull(busybox, options(second.signal))];
    first.abort(new Error('first left'));
    await expect(waits[0]).rejects.toThrow('first left');
    expect(started[0]?.options.signal.aborted).toBe(false);
    second.abort(new Error('second left'));
    await expect(waits[1]).rejects.toThrow('second left');
    expect(started[0]?.options.signal.aborted).toBe(true);
    void pulls.pull(busybox, options());
    expect(started).toHaveLength(2);
  });

  it('lets only so many fly at a time', async () => {
    const { flights: pulls, started } = flights();
    const all = Array.from({ length: 20 }, (_, i) => pulls.pull(parseReference(`app:${i}`), options()));
    expect(started).toHaveLength(IMAGE_LIMITS.parallelPulls);
    for (let i = 0; i < 20; i += 1) {
      started[i]?.land(image);
      await new Promise(resolve => setImmediate(resolve));
    }
    expect(await Promise.all(all)).toHaveLength(20);
  });

  it('lets the pulls of one registry wait for none of another, and tells each when its turn comes', async () => {
    const { flights: pulls, started } = flights();
    const turns: string[] = [];
    const pull = (name: string) =>
      pulls.pull(parseReference(name), { ...options(), began: () => void turns.push(name) });
    for (let i = 0; i <= IMAGE_LIMITS.parallelPulls; i += 1) void pull(`slow.example/app:${i}`);
    void pull('quick.example/app');
    void pull('quick.example/app');
    const waiting = `slow.example/app:${IMAGE_LIMITS.parallelPulls}`;
    expect(turns).not.toContain(waiting);
    expect(turns.slice(-2)).toEqual(['quick.example/app', 'quick.example/app']);
    started[0]?.land(image);
    await new Promise(resolve => setImmediate(resolve));
    expect(turns.at(-1)).toBe(waiting);
  });
});
