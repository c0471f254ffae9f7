import { isRecord } from '../base/is-record.ts';
import { compiled } from '../schema/compiled.ts';
import { propsOf } from '../schema/props-of.ts';
import type { ObjectNode } from '../schema/schema.ts';
import type { AnyObject } from './object-meta.ts';
import type { Resource } from './resource.ts';

/**
 * A settled object with the lists that `given` says are empty, and that the kind keeps as `null` then: whoever says so
 * owns them. Lists within lists are not looked at.
 */
export function withGivenEmpties({ fields }: Resource, settled: AnyObject, given: AnyObject): AnyObject {
  return nullableLists(fields).reduce<AnyObject>((object, path) => withEmpty(object, given, path), settled);
}

function withEmpty<T>(settled: T, given: unknown, [name, ...inner]: readonly string[]): T {
  if (name === undefined || !isRecord(settled) || !isRecord(given)) return settled;
  const [before, said] = [settled[name], given[name]];
  const isEmpty = inner.length === 0 && before === null && Array.isArray(said) && said.length === 0;
  const after = isEmpty ? said : withEmpty(before, said, inner);
  return after === before ? settled : { ...settled, [name]: after };
}

const MAX_DEPTH = 3;

/** Paths of lists that are `null` when they are empty. */
const nullableLists = compiled((node: ObjectNode): readonly (readonly string[])[] => pathsIn(node, MAX_DEPTH));

function pathsIn(node: ObjectNode, depth: number): readonly (readonly string[])[] {
  return propsOf(node).flatMap(([name, prop]) => {
    if (prop.kind === 'list') return prop.meta.default === null ? [[name]] : [];
    if (prop.kind !== 'object' || depth === 1) return [];
    return pathsIn(prop, depth - 1).map(path => [name, ...path]);
  });
}
