import type { World } from '../../src/base/world.ts';
import type { Flags } from './command/flags.ts';
import { goDurationMs } from './command/flags.ts';
import { accessOf, type Access } from './config/access.ts';
import { KubeconfigFiles } from './config/kubeconfig-files.ts';
import { discover } from './rest/discovery.ts';
import { ResourceNames } from './rest/resource-names.ts';
import { RestClient } from './rest/rest-client.ts';
import type { Terminal } from './terminal.ts';

/** The cluster a command line means; each part is made when it is first asked for. */
export class Cluster implements AsyncDisposable {
  readonly kubeconfig: KubeconfigFiles;
  readonly #flags: Flags;
  readonly #world: World;
  readonly #terminal: Terminal;
  #access?: Promise<Access>;
  #client?: Promise<RestClient>;
  #names?: Promise<ResourceNames>;

  constructor(flags: Flags, world: World, terminal: Terminal) {
    this.#flags = flags;
    this.#world = world;
    this.#terminal = terminal;
    this.kubeconfig = new KubeconfigFiles(world, flags.text('kubeconfig'));
  }

  access(): Promise<Access> {
    this.#access ??= this.kubeconfig
      .read()
      .then(config => accessOf(config, this.#flags, this.#world, this.#terminal.isInputTerminal));
    return this.#access;
  }

  client(): Promise<RestClient> {
    this.#client ??= this.access().then(
      access =>
        new RestClient(access, {
          timeoutMs: requestTimeoutMs(this.#flags.text('request-timeout')),
          onWarning: text => this.#terminal.err(`Warning: ${text}\n`),
          onRequest: line => {
            if (this.#flags.int('v') >= 6) this.#terminal.err(`${line}\n`);
          },
          nowMs: () => this.#world.clock.monotonicMs(),
        }),
    );
    return this.#client;
  }

  names(): Promise<ResourceNames> {
    this.#names ??= this.client().then(async client => new ResourceNames(await discover(client)));
    return this.#names;
  }

  async namespace(): Promise<string> {
    return (await this.access()).namespace;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const [client] = await Promise.allSettled([this.#client]);
    if (client.status === 'fulfilled') await client.value?.close();
  }
}

const requestTimeoutMs = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : goDurationMs(text));
