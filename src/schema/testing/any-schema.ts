import fc from 'fast-check';
import type { Meta, Node, ScalarKind } from '../schema.ts';

/** Names among which are those that trip objects up. */
const name = fc.constantFrom('a', 'b', 'name', '0', '__proto__', 'constructor');

const flag = fc.constantFrom<[undefined, true]>(undefined, true);
const standing: Readonly<Record<ScalarKind, readonly unknown[]>> = {
  string: ['a', 'b', ''],
  int32: [0, 1, 7],
  int64: [0, 1],
  double: [0.5],
  boolean: [true, false],
  quantity: ['1', '1000m', '1024Mi', 'x', 0.5, 0],
  time: ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.6+01:00', 'now', ''],
  microTime: ['2026-01-02T03:04:05.000000Z', '2026-01-02T03:04:05Z'],
  duration: ['1s', ''],
  intOrString: [1, 'a', 0],
  bytes: ['AA==', ''],
  json: [null, { a: null }, [0]],
};
const KINDS = Object.keys(standing) as readonly ScalarKind[];
const RULED = ['string', 'string', 'int32', 'int32'] as const;

const without = (meta: object): Meta => Object.fromEntries(Object.entries(meta).filter(([, on]) => on !== undefined));

/** What a member may say of itself, whatever it is; a default is one that fits. */
const said = (fitting: readonly unknown[]): fc.Arbitrary<Meta> =>
  fc
    .record({
      optional: flag,
      omitEmpty: flag,
      byRule: fc.option(fc.constant<true>(true), { freq: 5, nil: undefined }),
      default: fc.option(fc.constantFrom<unknown[]>(null, ...fitting), { nil: undefined }),
      immutable: fc.option(fc.constant<true>(true), { freq: 5, nil: undefined }),
    })
    .map(without);

const scalar: fc.Arbitrary<Node> = fc.constantFrom(...KINDS, ...RULED, ...RULED).chain(kind => {
  const limits = fc.record({
    enum: kind === 'string' ? fc.constantFrom(undefined, ['a', 'c']) : fc.constant(undefined),
    min: kind === 'int32' ? fc.constantFrom(undefined, 1) : fc.constant(undefined),
    max: kind === 'int32' ? fc.constantFrom(undefined, 5) : fc.constant(undefined),
  });
  return fc.tuple(said(standing[kind]), limits).map(([meta, more]) => ({ kind, meta: { ...meta, ...without(more) } }));
});

const listType = fc.constantFrom<Meta[]>(
  {},
  { listSet: true },
  { listMapKeys: ['name'] },
  { listMapKeys: ['name', 'a'] },
);
const whole = fc.option(fc.constant<true>(true), { freq: 6, nil: undefined });

/** A schema of any form, and values for it of which most parts fit. */
export const anySchema: fc.Arbitrary<Node> = fc.letrec<{ node: Node; list: Node; map: Node; object: Node }>(tie => ({
  node: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalar, tie('object'), tie('list'), tie('map')),
  list: fc
    .tuple(tie('node'), said([[], []]), listType)
    .map(([item, meta, more]) => ({ kind: 'list', item, meta: { ...meta, ...more } })),
  map: fc
    .tuple(tie('node'), said([{}]), whole)
    .map(([value, meta, atomic]) => ({ kind: 'map', value, meta: { ...meta, ...without({ atomic }) } })),
  object: fc
    .tuple(
      fc.uniqueArray(fc.tuple(name, tie('node')), { selector: ([key]) => key, maxLength: 4 }),
      said([{}]),
      whole,
      fc.constantFrom(undefined, 'io.k8s.api.core.v1.Pod'),
    )
    .map(([props, meta, atomic, called]) => ({
      kind: 'object',
      props: Object.fromEntries(props),
      meta: { ...meta, ...without({ atomic, name: called }) },
    })),
})).object;

const noise = fc.constantFrom<unknown[]>(null, undefined, '', 0, false, {}, [], 'a', { a: 1 }, [null]);

export function anyValue(node: Node): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 6, arbitrary: fitting(node) }, { weight: 1, arbitrary: noise });
}

function fitting(node: Node): fc.Arbitrary<unknown> {
  switch (node.kind) {
    case 'object': {
      const members = fc.record(
        Object.fromEntries(Object.entries(node.props).map(([key, prop]) => [key, anyValue(prop)])),
        { requiredKeys: [] },
      );
      return fc
        .tuple(members, fc.dictionary(name, fc.constantFrom<unknown[]>(1, null), { maxKeys: 1 }))
        .map(([known, unknown]) => Object.fromEntries([...Object.entries(unknown), ...Object.entries(known)]));
    }
    case 'map':
      return fc.dictionary(name, anyValue(node.value), { maxKeys: 3 });
    case 'list':
      return fc.array(anyValue(node.item), { maxLength: 3 });
    default:
      return fc.constantFrom(...standing[node.kind]);
  }
}

/** A schema with two values, the second one a change of the first. */
export const schemaAndValues: fc.Arbitrary<readonly [Node, unknown, unknown]> = anySchema.chain(node =>
  fc
    .tuple(anyValue(node), anyValue(node), fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }))
    .map(([value, other, picks]) => [node, value, mixed(value, other, picks)] as const),
);

/** Some members of `other`, the rest those of `value` themselves. */
export function mixed(value: unknown, other: unknown, picks: readonly boolean[]): unknown {
  const areRecords = [value, other].every(each => typeof each === 'object' && each !== null && !Array.isArray(each));
  if (!areRecords) return other;
  const entries = Object.entries({ ...(value as object), ...(other as object) });
  const kept = Object.entries(value as object);
  return Object.fromEntries(
    entries.map(([key, part], index) =>
      picks[index] === true ? [key, part] : (kept.find(([k]) => k === key) ?? [key, part]),
    ),
  );
}
