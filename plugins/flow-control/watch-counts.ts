import type { RequestInfo } from '../apiserver/contract.ts';

/** How many watches over the network may be told of a write. */
export class WatchCounts {
  readonly #counts = new Map<string, number>();

  /** Disposed of when the watch is over. */
  begin(info: RequestInfo, query: URLSearchParams): Disposable {
    if (isOfOneNode(info, query)) return NOTHING;
    const key = keyOf(info, info.namespace, info.name);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    return { [Symbol.dispose]: () => this.#end(key) };
  }

  /** Watches of all objects of the kind, of those of the namespace, and of the one. */
  concernedBy(info: RequestInfo): number {
    if (this.#counts.size === 0) return 0;
    const { namespace, name } = info;
    let count = this.#counts.get(keyOf(info, '', '')) ?? 0;
    if (namespace !== '') count += this.#counts.get(keyOf(info, namespace, '')) ?? 0;
    if (name !== '') count += this.#counts.get(keyOf(info, namespace, name)) ?? 0;
    return count;
  }

  #end(key: string): void {
    const left = (this.#counts.get(key) ?? 1) - 1;
    if (left === 0) this.#counts.delete(key);
    else this.#counts.set(key, left);
  }
}

const NOTHING: Disposable = { [Symbol.dispose]: () => undefined };

const keyOf = ({ group, resource }: RequestInfo, namespace: string, name: string): string =>
  `${group}/${resource}/${namespace}/${name}`;

/** Each node watches its own pods; an event of one pod goes to one of those watches, whichever that is. */
const isOfOneNode = ({ resource }: RequestInfo, query: URLSearchParams): boolean =>
  resource === 'pods' && /(?:^|,)spec\.nodeName==?[^,=!]/.test(query.get('fieldSelector') ?? '');
