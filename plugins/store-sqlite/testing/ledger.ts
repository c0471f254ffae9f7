import { must } from '../../../src/base/must.ts';
import { LAST, type Step } from './script.ts';

/** What a client was told, one JSON text a line. */
export type SaidLine =
  | { readonly sent: number }
  | { readonly acked: number; readonly revision: number }
  /** `Full`: for sure not there. */
  | { readonly refused: number }
  /** A watch told of it. */
  | { readonly saw: number }
  /** A store that was opened showed this step as the newest. */
  | { readonly found: number; readonly revision: number };

export interface FoundState {
  readonly revision: number;
  readonly entries: readonly { readonly key: string; readonly text: string; readonly modRevision: number }[];
}

/**
 * Promises, and whether a state keeps them: all that was acknowledged or shown is there; of what was
 * sent and not answered, the first so many steps and nothing else; every value whole, under the revision
 * that was acknowledged.
 */
export class Ledger {
  readonly #steps: ReadonlyMap<number, Step>;
  /** In order of their index. */
  readonly #fates = new Map<number, 'open' | 'acked' | 'refused'>();
  readonly #revisions = new Map<number, number>();
  #newestRevision = 0;
  #newestAcked = 0;
  readonly problems: string[] = [];

  constructor(steps: Iterable<Step>) {
    this.#steps = new Map([...steps].map(step => [step.index, step]));
  }

  note(line: SaidLine): void {
    if ('sent' in line) this.#fates.set(line.sent, 'open');
    else if ('refused' in line) this.#fates.set(line.refused, 'refused');
    else if ('saw' in line) this.#newestRevision = Math.max(this.#newestRevision, line.saw);
    else if ('acked' in line) this.#acked(line.acked, line.revision);
    else this.#found(line.found, line.revision);
  }

  get ackedCount(): number {
    return this.#revisions.size;
  }

  /** What is wrong with a state that was found after a crash; `undefined`: nothing. */
  wrongWith({ entries, revision }: FoundState): string | undefined {
    const last = Number(entries.find(({ key }) => key === LAST)?.text ?? 0);
    if (revision < this.#newestRevision) {
      return `revision ${this.#newestRevision} was shown, but the store is at ${revision}`;
    }
    const expected = new Map<string, Step>();
    for (const [index, fate] of this.#fates) {
      if (fate === 'acked' && index > last) return `step ${index} was acknowledged and is lost: the last is ${last}`;
      if (fate === 'refused' && index === last) return `step ${index} was refused and is there`;
      if (fate === 'refused' || (fate === 'open' && index > last)) continue;
      const step = must(this.#steps.get(index), 'a step of the script');
      for (const [key, text] of step.changes) {
        if (text === undefined) expected.delete(key);
        else expected.set(key, step);
      }
    }
    if (entries.length !== expected.size)
      return `${entries.length} keys instead of ${expected.size} after step ${last}`;
    for (const { key, text, modRevision } of entries) {
      const step = expected.get(key);
      if (step?.changes.get(key) !== text) return `${key} is not as step ${step?.index} of ${last} wrote it`;
      const acked = this.#revisions.get(step.index);
      if (acked !== undefined && acked !== modRevision) {
        return `${key} has revision ${modRevision}, but ${acked} was acknowledged`;
      }
    }
    return undefined;
  }

  #acked(index: number, revision: number): void {
    if (revision <= this.#newestAcked) this.problems.push(`revision ${revision} of step ${index} is not new`);
    this.#fates.set(index, 'acked');
    this.#revisions.set(index, revision);
    this.#newestAcked = revision;
    this.#newestRevision = Math.max(this.#newestRevision, revision);
  }

  /** What a reader was shown is a promise, and what was open and not shown has not happened. */
  #found(last: number, revision: number): void {
    for (const [index, fate] of this.#fates) {
      if (fate === 'open') this.#fates.set(index, index <= last ? 'acked' : 'refused');
    }
    this.#newestRevision = Math.max(this.#newestRevision, revision);
  }
}
