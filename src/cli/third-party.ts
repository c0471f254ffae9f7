import { basename, extname } from 'node:path';
import type { World } from '../base/world.ts';
import type { CrashLog } from '../kernel/crash-log.ts';
import { loadPlugin, pluginFilesIn } from '../kernel/external-plugins.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Logger } from '../kernel/logger.ts';
import type { AnyPlugin } from '../kernel/plugin.ts';
import type { Stall, StallLedger, StallVerdict } from './stall-ledger.ts';

/** The plugins of `--plugins-dir`: those that start with the node, and those that have to wait. */
export class ThirdParty {
  readonly #world: World;
  readonly #log: Logger;
  readonly #crashes: CrashLog;
  readonly #files = new Map<AnyPlugin, string>();
  readonly #late: { readonly file: string; readonly waitMs: number }[] = [];

  constructor(world: World, log: Logger, crashes: CrashLog) {
    this.#world = world;
    this.#log = log;
    this.#crashes = crashes;
  }

  /** Imports what may start at once and notes the rest; tells what an earlier process stood still of. */
  async load(folder: string, ledger: StallLedger): Promise<readonly AnyPlugin[]> {
    const files = folder === '' ? [] : await pluginFilesIn(this.#world, folder);
    const stall = await ledger.open(files);
    const verdicts = new Map<string, StallVerdict>();
    for (const file of files) verdicts.set(file, await ledger.verdictOn(file));
    if (stall !== undefined) this.#tell(stall, verdicts);
    for (const [file, verdict] of verdicts) {
      if (verdict.start === 'never') this.#log.error('a plugin is left out until its file changes', { file });
      else if (verdict.waitMs === 0) this.#files.set(await loadPlugin(file, SDK_MODULES), file);
      else this.#late.push({ file, waitMs: verdict.waitMs });
    }
    return [...this.#files.keys()];
  }

  fileOf(plugin: AnyPlugin): string | undefined {
    return this.#files.get(plugin);
  }

  /** Starts the rest among those that run, each after its wait. */
  addLater(kernel: Kernel): void {
    for (const { file, waitMs } of this.#late.splice(0)) {
      this.#world.timers.after(waitMs, () => {
        this.#add(kernel, file).catch((error: unknown) => this.#log.error('a plugin was not added', { file, error }));
      });
    }
  }

  async #add(kernel: Kernel, file: string): Promise<void> {
    const plugin = await loadPlugin(file, SDK_MODULES);
    this.#files.set(plugin, file);
    kernel.add(plugin);
  }

  #tell({ at, culprit }: Stall, verdicts: ReadonlyMap<string, StallVerdict>): void {
    const file = culprit !== undefined && 'file' in culprit ? culprit.file : undefined;
    const verdict = file === undefined ? undefined : verdicts.get(file);
    this.#log.error('the event loop of the server before this one stood still', { culprit, at });
    this.#crashes.tell({
      plugin: file === undefined ? builtinOf(culprit) : basename(file, extname(file)),
      atMs: this.#world.clock.now(),
      kind: 'stalled',
      message: at,
      outcome:
        verdict?.start === 'never' ? { kind: 'LeftOut' } : { kind: 'ServerRestarted', inMs: verdict?.waitMs ?? 0 },
    });
  }
}

const builtinOf = (culprit: Stall['culprit']): string | undefined =>
  culprit !== undefined && 'builtin' in culprit ? culprit.builtin : undefined;

const SDK_MODULES: ReadonlyMap<string, URL> = new Map([
  ['tiphys/sdk', new URL('../sdk/index.ts', import.meta.url)],
  ['tiphys/sdk/testing', new URL('../sdk/testing/index.ts', import.meta.url)],
]);
