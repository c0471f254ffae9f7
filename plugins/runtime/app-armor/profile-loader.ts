import { join } from 'node:path';
import type { World } from '../../../src/base/world.ts';
import { APP_ARMOR_PARSER as PARSER, RuntimeError } from '../contract.ts';
import { LIMITS } from '../limits.ts';
import { DEFAULT_PROFILE_TEXT } from './default-profile.ts';

/** Brings the default profile into the kernel, once a daemon, when the first container asks for it. */
export class ProfileLoader {
  readonly #world: Pick<World, 'files' | 'processes'>;
  readonly #directory: string;
  #loading: Promise<void> | undefined;

  constructor(world: Pick<World, 'files' | 'processes'>, directory: string) {
    this.#world = world;
    this.#directory = directory;
  }

  loadDefault(): Promise<void> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async #load(): Promise<void> {
    const { files, processes } = this.#world;
    const path = join(this.#directory, 'app-armor-default');
    await files.writeFile(path, DEFAULT_PROFILE_TEXT, { mode: 0o600 });
    const options = { timeoutMs: LIMITS.profileMs };
    const done = await processes.read(PARSER, ['--skip-cache', '--replace', path], options);
    if (done?.code === 0) return;
    const why = done === undefined ? `there is no ${PARSER}` : `${PARSER} failed with exit code ${done.code}`;
    throw new RuntimeError('ContainerCannotRun', `cannot load the default profile of AppArmor: ${why}`);
  }
}
