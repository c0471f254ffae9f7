import { goEscaped } from '../../../../src/base/go-escaped.ts';
import { unifiedDiff } from '../../../../src/base/unified-diff.ts';
import type { Node } from '../../../../src/schema/schema.ts';
import { unversioned } from '../../../../src/schema/unversioned.ts';
import { unversionedTypes } from './unversioned-types.ts';

/** How upstream tells what is new about a value that may not change: a diff of both in their unversioned types. */
export function differenceOf({ node }: { readonly node: Node }, old: unknown, next: unknown): string {
  const [a, b] = [old, next].map(value =>
    goEscaped(JSON.stringify(unversioned(node, value, unversionedTypes), null, 1)),
  ) as [string, string];
  return unifiedDiff(a, b);
}
