import { join } from 'node:path';
import type { Files } from '../../../src/base/world.ts';
import { must } from '../../../src/base/must.ts';
import { INHIBIT_LOOKS, INHIBIT_LOOK_MS } from '../limits.ts';
import { BusConnection, type BusDeps } from './bus-connection.ts';
import { BusError } from './bus-message.ts';

export interface LogindDeps extends BusDeps {
  readonly files: Pick<Files, 'mkdir' | 'writeFile'>;
  /** The socket of the system's bus. */
  readonly bus: string;
  /** Where settings of logind are put in. */
  readonly settings: string;
}

export interface LogindHandlers {
  /** The machine is about to go down, or is not any more. */
  shutdown(this: void, isComing: boolean): void;
  /** Nothing is heard of it any more. */
  ended(this: void, error: BusError): void;
}

const LOGIND = {
  destination: 'org.freedesktop.login1',
  path: '/org/freedesktop/login1',
  interface: 'org.freedesktop.login1.Manager',
};
const PREPARE = 'PrepareForShutdown';

/** systemd's logind, by whose leave this machine goes down. */
export class Logind implements Disposable {
  readonly #deps: LogindDeps;
  readonly #bus: BusConnection;

  private constructor(deps: LogindDeps, bus: BusConnection) {
    this.#deps = deps;
    this.#bus = bus;
  }

  /** Rejects where there is none. */
  static async open(deps: LogindDeps, handlers: LogindHandlers): Promise<Logind> {
    const bus = await BusConnection.open(deps, deps.bus, {
      ended: handlers.ended,
      told: (message, descriptors) => {
        for (const fd of descriptors) deps.native.closeFd(fd);
        const [isComing] = message.body;
        const isMeant =
          message.type === 'signal' && message.member === PREPARE && message.interface === LOGIND.interface;
        if (isMeant && typeof isComing === 'boolean') handlers.shutdown(isComing);
      },
    });
    try {
      const { path, interface: of, destination } = LOGIND;
      await bus.follow(`type='signal',sender='${destination}',interface='${of}',member='${PREPARE}',path='${path}'`);
      return new Logind(deps, bus);
    } catch (error) {
      bus[Symbol.dispose]();
      throw error;
    }
  }

  /** Holds up the machine's going down, for as long as logind lets anybody, until it is disposed of. */
  async inhibit(): Promise<Disposable> {
    const body = ['shutdown', 'kubelet', 'Kubelet needs time to handle node shutdown', 'delay'];
    const { descriptors } = await this.#bus.call({ ...LOGIND, member: 'Inhibit', signature: 'ssss', body });
    const lock = must(descriptors[0], 'logind answers with a lock');
    return { [Symbol.dispose]: () => this.#deps.native.closeFd(lock) };
  }

  /** Has logind let others hold it up for so long at least; throws `BusError` where it does not come to that. */
  async allowMs(periodMs: number): Promise<void> {
    if ((await this.#delayMs()) >= periodMs) return;
    const { files, settings, timers } = this.#deps;
    await files.mkdir(settings, { recursive: true });
    const text = `# Written by the kubelet for its graceful shutdown.\n[Login]\nInhibitDelayMaxSec=${Math.ceil(periodMs / 1000)}\n`;
    await files.writeFile(join(settings, '99-kubelet.conf'), text);
    await this.#bus.call({
      destination: 'org.freedesktop.systemd1',
      path: '/org/freedesktop/systemd1',
      interface: 'org.freedesktop.systemd1.Manager',
      member: 'KillUnit',
      signature: 'ssi',
      body: ['systemd-logind.service', 'all', SIGHUP],
    });
    let delayMs = 0;
    for (let looks = 0; looks < INHIBIT_LOOKS; looks++) {
      await timers.sleep(INHIBIT_LOOK_MS * 2 ** looks);
      delayMs = await this.#delayMs();
      if (delayMs >= periodMs) return;
    }
    const wanted = `${periodMs / 1000}s (ShutdownGracePeriod), current value is ${delayMs / 1000}s`;
    throw new BusError(
      'DeadlineExceeded',
      `node shutdown manager was timed out after ${INHIBIT_LOOKS} attempts waiting for logind InhibitDelayMaxSec to update to ${wanted}`,
    );
  }

  [Symbol.dispose](): void {
    this.#bus[Symbol.dispose]();
  }

  async #delayMs(): Promise<number> {
    const { body } = await this.#bus.call({
      ...LOGIND,
      interface: 'org.freedesktop.DBus.Properties',
      member: 'Get',
      signature: 'ss',
      body: [LOGIND.interface, 'InhibitDelayMaxUSec'],
    });
    const [delay] = body;
    if (typeof delay !== 'object' || typeof delay.value !== 'bigint')
      throw new BusError('Malformed', 'InhibitDelayMaxUSec is no number');
    return Number(delay.value / 1000n);
  }
}

const SIGHUP = 1;
