import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * A port of 127.0.0.1 that nobody listens at, for a program that is told its port. It is below those that the kernel
 * gives to connections of clients (32768 and up), one of which could be taken before that program has bound it, and
 * below those that servers of tests are given; and above the last one that `fetch` refuses to ask (10080: the Fetch
 * standard, "bad port").
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_300, 16_000);
    const server = createServer();
    const isFree = await new Promise<boolean>(resolve => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
