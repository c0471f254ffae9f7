import type { Resource } from '../../src/api/resource.ts';
import type { CacheHandler } from '../../src/sdk/caches.ts';
import type { CustomResourceDefinition } from '../kinds/apiextensions/v1/custom-resource-definition.ts';
import { conditionIs } from '../kinds/apiextensions/v1/definition-condition.ts';
import { isDeepEqual } from '../../src/base/deep-equal.ts';
import { resourcesOf, type Asking } from './resource-of-version.ts';

/** Contributes the kinds of each definition whose names are accepted, anew when it changes. */
export class ServedDefinitions implements CacheHandler<CustomResourceDefinition>, Disposable {
  readonly #asking: Asking;
  readonly #contribute: (kinds: readonly Resource[]) => Disposable;
  readonly #served = new Map<string, Served>();

  constructor(asking: Asking, contribute: (kinds: readonly Resource[]) => Disposable) {
    this.#asking = asking;
    this.#contribute = contribute;
  }

  changed(definition: CustomResourceDefinition): void {
    const { uid } = definition.metadata;
    const before = this.#served.get(uid);
    if (!conditionIs(definition.status, 'NamesAccepted') && !conditionIs(definition.status, 'Established')) return;
    if (before !== undefined && isServedAlike(before.definition, definition)) return;
    const ends = endsOf(definition, before?.ends);
    const kinds = resourcesOf(definition, { asking: this.#asking, retired: version => ends.get(version)?.signal });
    // One after the other within a turn: nobody sees none of them.
    before?.contribution[Symbol.dispose]();
    this.#served.set(uid, { definition, ends, contribution: this.#contribute(kinds) });
  }

  removed({ metadata: { uid } }: CustomResourceDefinition): void {
    const served = this.#served.get(uid);
    if (served === undefined) return;
    served.contribution[Symbol.dispose]();
    for (const end of served.ends.values()) end.abort();
    this.#served.delete(uid);
  }

  [Symbol.dispose](): void {
    for (const { contribution } of this.#served.values()) contribution[Symbol.dispose]();
    this.#served.clear();
  }
}

interface Served {
  readonly definition: CustomResourceDefinition;
  readonly contribution: Disposable;
  /** Of each version that is served: aborted when it is so no more. */
  readonly ends: ReadonlyMap<string, AbortController>;
}

function endsOf({ spec }: CustomResourceDefinition, before: Served['ends'] = new Map()): Served['ends'] {
  const names = spec.versions.filter(({ served }) => served).map(({ name }) => name);
  for (const [name, end] of before) if (!names.includes(name)) end.abort();
  return new Map(names.map(name => [name, before.get(name) ?? new AbortController()]));
}

const isServedAlike = (a: CustomResourceDefinition, b: CustomResourceDefinition): boolean =>
  isDeepEqual(a.spec, b.spec) &&
  isDeepEqual(a.status.acceptedNames, b.status.acceptedNames) &&
  isDeepEqual(a.status.storedVersions, b.status.storedVersions);
