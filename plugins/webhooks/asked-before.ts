import type { AnyObject } from '../../src/api/object-meta.ts';
import { isDeepEqual } from '../../src/base/deep-equal.ts';
import type { Passage } from '../apiserver/contract.ts';

/** Who of those that mutate is asked in a second round: who wishes to and was asked before a change. */
export class AskedBefore<Who> {
  /** Since the last change. */
  readonly #asked = new Set<Who>();
  readonly #due = new Set<Who>();
  #left: AnyObject | undefined;

  /** At the start of each round: others may have changed the object since the last one. */
  enter({ isSecond }: Passage, object: AnyObject): void {
    if (isSecond && !isDeepEqual(this.#left, object)) this.changed();
  }

  isDue({ isSecond }: Passage, who: Who): boolean {
    return !isSecond || this.#due.has(who);
  }

  /** Was asked, and wishes to be asked again. */
  add(who: Who): void {
    this.#asked.add(who);
  }

  changed(): void {
    for (const who of this.#asked) this.#due.add(who);
    this.#asked.clear();
  }

  /** At the end of each round. */
  leave(object: AnyObject): void {
    this.#left = object;
  }
}
