import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { endAtOnce } from './data-dir.ts';
import { isAbandoned, ownedName } from './owned-name.ts';

const run = promisify(execFile);
const ip = async (...args: readonly string[]): Promise<string> => (await run('ip', [...args])).stdout;

/**
 * Three machines: `one` and `near` are neighbours, `far` is behind a router that knows nothing of pods. Each is a
 * network namespace; all else they share.
 */
export class Machines implements AsyncDisposable {
  readonly one = { netns: ownedName('one'), address: '192.0.2.1' };
  readonly near = { netns: ownedName('near'), address: '192.0.2.2' };
  readonly far = { netns: ownedName('far'), address: '203.0.113.2' };
  readonly #router = ownedName('router');

  async make(): Promise<void> {
    await sweepMachines();
    const { one, near, far } = this;
    for (const name of this.#all()) {
      await ip('netns', 'add', name);
      await ip('-n', name, 'link', 'set', 'lo', 'up');
    }
    await cable([one.netns, 'eth0', one.address], [near.netns, 'eth0', near.address]);
    await cable([one.netns, 'eth1', '198.51.100.1'], [this.#router, 'eth0', '198.51.100.254']);
    await cable([far.netns, 'eth0', far.address], [this.#router, 'eth1', '203.0.113.254']);
    await ip('-n', one.netns, 'route', 'add', '203.0.113.0/24', 'via', '198.51.100.254');
    await ip('-n', near.netns, 'route', 'add', 'default', 'via', one.address);
    await ip('-n', far.netns, 'route', 'add', 'default', 'via', '203.0.113.254');
    await ip('-n', this.#router, 'route', 'add', '192.0.2.0/24', 'via', '198.51.100.1');
    await run('nsenter', [`--net=/run/netns/${this.#router}`, 'sysctl', '-q', '-w', 'net.ipv4.ip_forward=1']);
  }

  /** Links and routes that a node made on a machine and that are there still. */
  async traces({ netns }: { readonly netns: string }): Promise<readonly string[]> {
    const all = `${await ip('-n', netns, '-o', 'link')}${await ip('-n', netns, 'route')}`;
    return all.split('\n').filter(line => /\btp[0-9a-f]{6}|proto 84/.test(line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.#all()) await ip('netns', 'del', name);
  }

  #all(): readonly string[] {
    return [this.one.netns, this.near.netns, this.far.netns, this.#router];
  }
}

/** Those of tests that were killed, with what runs on them. */
async function sweepMachines(): Promise<void> {
  const names = (await ip('netns', 'list')).split('\n').map(line => line.split(' ')[0] ?? '');
  for (const name of names.filter(name => isAbandoned(name, 'one', 'near', 'far', 'router'))) {
    for (const pid of (await ip('netns', 'pids', name)).split('\n').filter(Boolean)) endAtOnce(Number(pid));
    await ip('netns', 'del', name);
  }
}

type End = readonly [netns: string, link: string, address: string];

async function cable(one: End, other: End): Promise<void> {
  const [[netns, link], [otherNetns, otherLink]] = [one, other];
  await ip('link', 'add', link, 'netns', netns, 'type', 'veth', 'peer', 'name', otherLink, 'netns', otherNetns);
  for (const [where, name, address] of [one, other]) {
    await ip('-n', where, 'address', 'add', `${address}/24`, 'dev', name);
    await ip('-n', where, 'link', 'set', name, 'up');
  }
}
