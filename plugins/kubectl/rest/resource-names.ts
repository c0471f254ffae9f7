import { Failure } from '../failures.ts';
import { groupOf, versionOf } from '../kube-object.ts';
import type { ApiResource } from './api-resource.ts';
import type { Discovery } from './discovery.ts';

/** Finds resources by what people call them. */
export class ResourceNames {
  readonly discovery: Discovery;
  readonly #preferred: readonly ApiResource[];

  constructor(discovery: Discovery) {
    this.discovery = discovery;
    const seen = new Set<string>();
    const order = discovery.groups.flatMap(({ name, versions }) => versions.map(version => `${name}/${version}`));
    this.#preferred = discovery.resources
      .toSorted((a, b) => order.indexOf(`${a.group}/${a.version}`) - order.indexOf(`${b.group}/${b.version}`))
      .filter(({ group, resource }) => {
        const key = `${group}/${resource}`;
        if (seen.has(key)) return false;
        seen.add(key);
        return true;
      });
  }

  /** Each resource of each group once, of the group's preferred version. */
  get preferred(): readonly ApiResource[] {
    return this.#preferred;
  }

  /** `po`, `Pod`, `deployments.apps`, `deployments.v1.apps`; throws for what is not served. */
  named(text: string): ApiResource {
    const found = this.find(text);
    if (found === undefined)
      throw new Failure(`the server doesn't have a resource type ${JSON.stringify(text.split('.')[0])}`);
    return found;
  }

  find(text: string): ApiResource | undefined {
    const [name = '', ...rest] = text.split('.');
    const lower = name.toLowerCase();
    if (rest.length === 0) return this.#preferred.find(matches(lower)) ?? this.#preferred.find(isShort(lower));
    const [version = '', ...group] = rest;
    const exact = this.discovery.resources.filter(each => each.version === version && each.group === group.join('.'));
    const byVersion = exact.find(matches(lower)) ?? exact.find(isShort(lower));
    if (byVersion !== undefined) return byVersion;
    const wanted = rest.join('.');
    const ofGroup = this.#preferred.filter(each => each.group === wanted);
    const found = ofGroup.find(matches(lower)) ?? ofGroup.find(isShort(lower));
    if (found !== undefined) return found;
    const alike = this.#preferred.filter(each => each.group.startsWith(wanted));
    return alike.find(matches(lower)) ?? alike.find(isShort(lower));
  }

  /** What a word stands for: a category's resources, or one. */
  expand(word: string): readonly ApiResource[] {
    const ofCategory = this.#preferred.filter(each => each.categories.includes(word) && each.verbs.includes('list'));
    return this.find(word) === undefined && ofCategory.length > 0 ? ofCategory : [this.named(word)];
  }

  ofKind(apiVersion: string, kind: string): ApiResource | undefined {
    const [group, version] = [groupOf(apiVersion), versionOf(apiVersion)];
    return this.discovery.resources.find(
      each => each.group === group && each.version === version && each.kind === kind,
    );
  }
}

const matches =
  (lower: string) =>
  ({ resource, singular, kind }: ApiResource): boolean =>
    resource === lower || singular === lower || kind.toLowerCase() === lower;
const isShort =
  (lower: string) =>
  ({ shortNames }: ApiResource): boolean =>
    shortNames.includes(lower);
