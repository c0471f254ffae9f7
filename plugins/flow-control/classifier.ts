import type { UserInfo } from '../../src/api/user-info.ts';
import { LruMap } from '../../src/base/lru-map.ts';
import { must } from '../../src/base/must.ts';
import type { RequestInfo } from '../apiserver/contract.ts';
import type { FlowSchemaSpec } from '../kinds/flowcontrol/v1/flow-schema-spec.ts';
import { compileRule, type CompiledRule } from './compile-rule.ts';
import { KNOWN_USERS } from './limits.ts';

/** What a classifier needs to know of a FlowSchema, besides what it is to answer. */
export interface Classed {
  readonly name: string;
  readonly spec: Pick<FlowSchemaSpec, 'matchingPrecedence' | 'rules'>;
}

/**
 * Finds the FlowSchema of a request: of those that match it the one that comes first. Which of them speak of a user at
 * all is found once for each.
 */
export class Classifier<S extends Classed> {
  readonly #compiled: readonly { readonly schema: S; readonly rules: readonly CompiledRule[] }[];
  /** By name; a user may come with other groups another time. */
  readonly #ofUser = new LruMap<string, { readonly groups: readonly string[]; readonly own: readonly Candidate<S>[] }>(
    KNOWN_USERS,
  );
  readonly #last: S;

  /** `schemas` hold one called `catch-all`, for requests that no other matches. */
  constructor(schemas: readonly S[]) {
    const inOrder = schemas.toSorted(byPrecedence);
    this.#compiled = inOrder.map(schema => ({ schema, rules: (schema.spec.rules ?? []).map(compileRule) }));
    this.#last = must(
      schemas.find(({ name }) => name === 'catch-all'),
      'there is always a schema that catches all',
    );
  }

  classify(user: UserInfo, request: RequestInfo): S {
    for (const { schema, rules } of this.#candidates(user)) {
      for (const rule of rules) if (rule.matches(request)) return schema;
    }
    return this.#last;
  }

  #candidates(user: UserInfo): readonly Candidate<S>[] {
    const { name, groups } = user;
    const known = this.#ofUser.get(name);
    if (known !== undefined && isSame(known.groups, groups)) return known.own;
    const own: Candidate<S>[] = [];
    for (const { schema, rules } of this.#compiled) {
      const concerned = rules.filter(rule => rule.isOf(user));
      if (concerned.length > 0) own.push({ schema, rules: concerned });
    }
    this.#ofUser.set(name, { groups, own });
    return own;
  }
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((group, index) => group === b[index]));

interface Candidate<S> {
  readonly schema: S;
  readonly rules: readonly CompiledRule[];
}

function byPrecedence(a: Classed, b: Classed): number {
  const order = a.spec.matchingPrecedence - b.spec.matchingPrecedence;
  return order !== 0 ? order : a.name < b.name ? -1 : 1;
}
