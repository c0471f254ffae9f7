import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { native } from '../../../native/index.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { BusConnection } from '../logind/bus-connection.ts';
import type { BusMessage, BusValue } from '../logind/bus-message.ts';

/** Debian's package of the same name has it. */
const DAEMON = '/usr/bin/dbus-daemon';
export const hasBusDaemon = existsSync(DAEMON);

const CONFIGURATION = (
  socket: string,
) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
    <allow user="*"/>
  </policy>
</busconfig>
`;

/** A message bus of its own - the real program -, and on it what answers as logind and systemd do. */
export class FakeLogind implements AsyncDisposable {
  readonly folder: string;
  /** What it lets others hold up a shutdown for. */
  delayMs: number;
  readonly asked: string[] = [];
  /** Does not take what it is told to. */
  isStubborn = false;
  readonly #daemon: ChildProcess;
  #bus: BusConnection | undefined;
  /** Pipes by their inodes. */
  readonly #locks = new Set<number>();

  private constructor(folder: string, daemon: ChildProcess, delayMs: number) {
    this.folder = folder;
    this.#daemon = daemon;
    this.delayMs = delayMs;
  }

  static async start(delayMs = 5000): Promise<FakeLogind> {
    const folder = await mkdtemp(join(tmpdir(), 'fake-logind-'));
    const configuration = join(folder, 'bus.conf');
    await writeFile(configuration, CONFIGURATION(join(folder, 'socket')));
    const daemon = spawn(DAEMON, [`--config-file=${configuration}`, '--nofork', '--nopidfile', '--print-address'], {
      // It complains of limits that it may not raise.
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(daemon, 'exit').then(([code]) => {
      throw new Error(`dbus-daemon ended with ${code}`);
    });
    await Promise.race([once(daemon.stdout, 'data'), ended]);
    ended.catch(() => undefined);
    const fake = new FakeLogind(folder, daemon, delayMs);
    await fake.#connect();
    return fake;
  }

  get socket(): string {
    return join(this.folder, 'socket');
  }

  get settings(): string {
    return join(this.folder, 'logind.conf.d');
  }

  /** Whether this process holds the machine up: has a lock open. */
  get isHeldUp(): boolean {
    const open = readdirSync('/proc/self/fd').map(fd => statSync(`/proc/self/fd/${fd}`, { throwIfNoEntry: false }));
    return open.some(each => each !== undefined && this.#locks.has(each.ino));
  }

  prepareForShutdown(isComing: boolean): void {
    this.#bus?.send({
      type: 'signal',
      path: '/org/freedesktop/login1',
      interface: 'org.freedesktop.login1.Manager',
      member: 'PrepareForShutdown',
      signature: 'b',
      body: [isComing],
    });
  }

  stop(): void {
    this.#daemon.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#bus?.[Symbol.dispose]();
    const ended = this.#daemon.exitCode === null && this.#daemon.signalCode === null ? once(this.#daemon, 'exit') : [];
    this.stop();
    await ended;
    await rm(this.folder, { recursive: true });
  }

  async #connect(): Promise<void> {
    const deps = { native: native(), timers: hostWorld().timers };
    const bus = await BusConnection.open(deps, this.socket, {
      told: message => {
        if (message.type === 'call') void this.#answer(message);
      },
      ended: () => undefined,
    });
    this.#bus = bus;
    for (const name of ['org.freedesktop.login1', 'org.freedesktop.systemd1']) {
      await bus.call({
        destination: 'org.freedesktop.DBus',
        path: '/org/freedesktop/DBus',
        interface: 'org.freedesktop.DBus',
        member: 'RequestName',
        signature: 'su',
        body: [name, 0],
      });
    }
  }

  async #answer({ serial, sender = '', member = '', body }: BusMessage): Promise<void> {
    this.asked.push([member, ...body.map(each => (typeof each === 'object' ? each.signature : each))].join(' '));
    const reply = (signature: string, values: readonly BusValue[], descriptor: number | null = null): void =>
      this.#bus?.send(
        {
          type: 'return',
          replySerial: serial,
          destination: sender,
          ...(signature === '' ? {} : { signature }),
          ...(descriptor === null ? {} : { descriptors: 1 }),
          body: values,
        },
        descriptor,
      );
    if (member === 'Get') return reply('v', [{ signature: 't', value: BigInt(this.delayMs) * 1000n }]);
    if (member === 'KillUnit' && this.isStubborn) return reply('', []);
    if (member === 'KillUnit') {
      const text = await readFile(join(this.settings, '99-kubelet.conf'), 'utf8');
      this.delayMs = Number(/^InhibitDelayMaxSec=(\d+)$/m.exec(text)?.[1]) * 1000;
      return reply('', []);
    }
    const pipe = join(this.folder, `lock-${this.#locks.size}`);
    execFileSync('mkfifo', [pipe]);
    this.#locks.add(statSync(pipe).ino);
    const lock = openSync(pipe, 'r+');
    reply('h', [0], lock);
    closeSync(lock);
  }
}
