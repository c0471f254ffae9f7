import { styleText } from 'node:util';
import { messageOf } from '../base/message-of.ts';
import type { Clock } from '../base/world.ts';
import type { BootStep } from '../kernel/kernel.ts';
import { bootTree } from './boot-tree.ts';

/** What a person sees of the start: ticked steps with the seconds since the start. */
export class BootReport {
  readonly #clock: Clock;
  readonly #write: (text: string) => void;
  readonly #beganMs: number;

  constructor(clock: Clock, write: (text: string) => void) {
    this.#clock = clock;
    this.#write = write;
    this.#beganMs = clock.monotonicMs();
  }

  step({ plugin, phase }: BootStep): void {
    const title = SHOWN[`${plugin} ${phase}`];
    if (title !== undefined) this.done(title);
  }

  done(title: string, detail = ''): void {
    const seconds = ((this.#clock.monotonicMs() - this.#beganMs) / 1000).toFixed(2).padStart(6);
    this.#write(
      `${styleText('green', '✓')} ${seconds} s  ${title}${detail === '' ? '' : `  ${styleText('dim', detail)}`}\n`,
    );
  }

  say(text: string): void {
    this.#write(`${text}\n`);
  }

  failed(error: unknown): void {
    this.#write(`${styleText('red', '✗')} ${messageOf(error)}\n`);
  }

  /** Every step under the one it waited for last, with when it began and how long it took. */
  tree(steps: readonly BootStep[]): void {
    for (const { step, depth } of bootTree(steps)) {
      const { plugin, phase, beganMs, tookMs } = step;
      const indent = '  '.repeat(depth);
      this.#write(`  ${beganMs.toFixed(0).padStart(6)} ms  ${indent}${plugin} ${phase} ${tookMs.toFixed(1)} ms\n`);
    }
  }
}

/** The steps a person cares for. */
const SHOWN: Readonly<Record<string, string>> = {
  'store-sqlite start': 'store opened',
  'store-etcd start': 'store opened',
  'auth start': 'certificates ready',
  'remote-api start': 'joined the cluster',
  'runtime start': 'container runtime ready',
  'network start': 'pod network ready',
  'apiserver ready': 'API server listening',
};
