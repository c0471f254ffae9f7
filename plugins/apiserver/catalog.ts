import type { Resource } from '../../src/api/resource.ts';

/** Which kinds are served now. Kinds come and go with plugins and CustomResourceDefinitions. */
export class Catalog {
  readonly #live: readonly Resource[];
  #seen: readonly Resource[] = [];
  #byPath = new Map<string, Resource>();
  #byKind = new Map<string, Resource>();
  #generation = 0;

  constructor(live: readonly Resource[]) {
    this.#live = live;
  }

  /** Changes whenever a kind comes or goes. */
  get generation(): number {
    this.#refresh();
    return this.#generation;
  }

  get all(): readonly Resource[] {
    this.#refresh();
    return this.#seen;
  }

  find(group: string, version: string, plural: string): Resource | undefined {
    this.#refresh();
    return this.#byPath.get(`${group}/${version}/${plural}`);
  }

  findKind(apiVersion: string, kind: string): Resource | undefined {
    this.#refresh();
    return this.#byKind.get(`${apiVersion}/${kind}`);
  }

  hasGroupVersion(apiVersion: string): boolean {
    return this.all.some(resource => resource.apiVersion === apiVersion);
  }

  /** Comparing a hundred references costs less than a lookup's string, and needs no notice of changes. */
  #refresh(): void {
    const live = this.#live;
    if (live.length === this.#seen.length && live.every((resource, index) => resource === this.#seen[index])) return;
    this.#seen = [...live];
    this.#generation += 1;
    this.#byPath = new Map(
      live.map(resource => [`${resource.group}/${resource.version}/${resource.plural}`, resource]),
    );
    this.#byKind = new Map(live.map(resource => [`${resource.apiVersion}/${resource.kind}`, resource]));
  }
}
