import { at, child } from './field-path.ts';

/** Where a walk is within a value, which becomes a path only once there is something to tell. */
export class Trail {
  readonly #root: string;
  readonly #steps: Step[] = [];

  constructor(root: string) {
    this.#root = root;
  }

  enter(step: Step): void {
    this.#steps.push(step);
  }

  leave(): void {
    this.#steps.pop();
  }

  /** As `field-path.ts` writes them. */
  path(): string {
    let path = this.#root;
    for (const step of this.#steps) {
      if (typeof step === 'string') path = child(path, step);
      else path = at(path, typeof step === 'number' ? step : step.key);
    }
    return path;
  }
}

/** A field's name, an item's place, or a key of a map that is told as one. */
type Step = string | number | { readonly key: string };
