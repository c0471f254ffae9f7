import type { NodeAmount, NodeAmounts, NodeView } from './contract.ts';

const COLUMNS: Readonly<Record<NodeAmount, number>> = {
  allocatableCpu: 0,
  allocatableMemory: 1,
  freeCpu: 2,
  freeMemory: 3,
  freeStorage: 4,
  freePods: 5,
  likelyCpu: 6,
  likelyMemory: 7,
};
/** A row is one line of the processor's cache. */
const WIDTH = 8;

/**
 * What every decision asks of hundreds of nodes, side by side in memory: a walk over the nodes themselves waits
 * for memory most of its time. Rows lie as the nodes they were made from.
 */
export class AmountRows implements NodeAmounts {
  readonly #rows: Float64Array;

  constructor(nodes: readonly NodeView[]) {
    this.#rows = new Float64Array(nodes.length * WIDTH);
    for (const [index, node] of nodes.entries()) this.write(index, node);
  }

  write(index: number, { allocatable, requested, likely }: NodeView): void {
    const row = index * WIDTH;
    this.#rows[row + COLUMNS.allocatableCpu] = allocatable.milliCpu;
    this.#rows[row + COLUMNS.allocatableMemory] = allocatable.memory;
    this.#rows[row + COLUMNS.freeCpu] = allocatable.milliCpu - requested.milliCpu;
    this.#rows[row + COLUMNS.freeMemory] = allocatable.memory - requested.memory;
    this.#rows[row + COLUMNS.freeStorage] = allocatable.ephemeralStorage - requested.ephemeralStorage;
    this.#rows[row + COLUMNS.freePods] = allocatable.pods - requested.pods;
    this.#rows[row + COLUMNS.likelyCpu] = likely.milliCpu;
    this.#rows[row + COLUMNS.likelyMemory] = likely.memory;
  }

  of(index: number, amount: NodeAmount): number {
    return this.#rows[index * WIDTH + COLUMNS[amount]] ?? 0;
  }
}
