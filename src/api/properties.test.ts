import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDeepEqual } from '../base/deep-equal.ts';
import { addQuantities, canonicalQuantity, compareQuantities, parseQuantity, QuantityError } from '../base/quantity.ts';
import { HeavyLane } from '../base/heavy-lane.ts';
import { Steps } from '../base/steps.ts';
import { hostWorld } from '../kernel/host-world.ts';
import { int32, list, listMap, listSet, map, object, string } from '../schema/schema.ts';
import { applyConfiguration } from './apply-configuration.ts';
import { difference, intersection, union, type FieldSet } from './field-set.ts';
import { jsonPatch } from './json-patch.ts';
import { JsonPatchError } from './json-patch-error.ts';
import { labelSelectorText, parseLabelSelector } from './label-selector.ts';
import type { AnyObject } from './object-meta.ts';
import { defineResource } from './resource.ts';
import { isStatusError } from './status-error.ts';
import { strategicMergePatch } from './strategic-merge-patch.ts';

const LIMITS = { operations: 1000, copyBytes: 100_000, shiftedItems: 100_000, depth: 100 };

/** Names among which are those that trip objects up. */
const name = fc.constantFrom('a', 'b', 'c', '0', '__proto__', 'constructor', 'toString', '');
const json: fc.Arbitrary<unknown> = fc.letrec(tie => ({
  value: fc.oneof({ depthSize: 'small' }, fc.constantFrom(null, true, 0, 1, 'x'), tie('list'), tie('record')),
  list: fc.array(tie('value'), { maxLength: 3 }),
  record: fc.array(fc.tuple(name, tie('value')), { maxLength: 3 }).map(entries => Object.fromEntries(entries)),
})).value;

describe('JSON patch', () => {
  const pointer = fc
    .array(fc.oneof(name, fc.constantFrom('1', '2', '-')), { maxLength: 4 })
    .map(tokens => tokens.map(token => `/${token}`).join(''));
  const operation = fc.record({
    op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'),
    path: pointer,
    from: pointer,
    value: json,
  });

  it('does at once what it does one by one, and leaves its arguments alone', () => {
    fc.assert(
      fc.property(json, fc.array(operation, { maxLength: 6 }), (document, operations) => {
        const before = JSON.stringify([document, operations]);
        const together = attempt(() => jsonPatch(document, operations, LIMITS));
        const alone = attempt(() =>
          operations.reduce((value: unknown, each) => jsonPatch(value, [each], LIMITS), document),
        );
        expect(together).toBe(alone);
        expect(JSON.stringify([document, operations])).toBe(before);
      }),
      { numRuns: 500 },
    );
  });

  /** The text of the result, or that there is none. */
  function attempt(patch: () => unknown): string {
    try {
      return JSON.stringify(patch());
    } catch (error) {
      if (error instanceof JsonPatchError) return 'refused';
      throw error;
    }
  }
});

const item = object({ name: string(), value: int32().optional(), ports: list(int32()).optional() });
const Thing = defineResource({
  group: '',
  version: 'v1',
  kind: 'Thing',
  plural: 'things',
  scope: 'Cluster',
  openapiName: 'Thing',
  columns: [],
  fields: {
    items: listMap(item, 'name').optional(),
    tags: listSet(string()).optional(),
    words: list(string()).optional(),
    labels: map(string()).optional(),
  },
});

const word = fc.constantFrom('a', 'b', 'c', '__proto__', 'toString');
const things = fc.record(
  {
    items: fc.uniqueArray(fc.record({ name: word, value: fc.nat(3) }, { requiredKeys: ['name'] }), {
      selector: each => each.name,
      maxLength: 4,
    }),
    tags: fc.uniqueArray(word, { maxLength: 4 }),
    words: fc.array(word, { maxLength: 4 }),
    labels: fc.dictionary(word, word, { maxKeys: 3 }),
  },
  { requiredKeys: [] },
);
const thing = (fields: object): AnyObject =>
  ({ apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x' }, ...fields }) as unknown as AnyObject;

describe('strategic merge patch', () => {
  it('changes nothing when it says nothing or is applied again, and nothing in place', () => {
    fc.assert(
      fc.property(things, things, (current, patch) => {
        const before = JSON.stringify([current, patch]);
        expect(strategicMergePatch(Thing, thing(current), {})).toEqual(thing(current));
        const once = strategicMergePatch(Thing, thing(current), patch);
        expect(strategicMergePatch(Thing, once as AnyObject, patch)).toEqual(once);
        expect(JSON.stringify([current, patch])).toBe(before);
      }),
    );
  });

  it('orders as it is told, and loses nothing by it', () => {
    fc.assert(
      fc.property(things, fc.shuffledSubarray(['a', 'b', 'c', 'd']), ({ items = [] }, names) => {
        const patch = {
          '$setElementOrder/items': names.map(each => ({ name: each })),
          items: names.map(each => ({ name: each })),
        };
        const { items: merged } = strategicMergePatch(Thing, thing({ items }), patch) as {
          readonly items: readonly { readonly name: string }[];
        };
        const had = new Set([...items.map(each => each.name), ...names]);
        expect(new Set(merged.map(each => each.name))).toEqual(had);
        expect(merged.filter(each => names.includes(each.name)).map(each => each.name)).toEqual(names);
      }),
    );
  });
});

describe('server-side apply', () => {
  const world = hostWorld();
  const steps = new Steps(world.clock, new HeavyLane(world), 'a');
  const apply = (live: AnyObject | undefined, configuration: object, manager: string): Promise<AnyObject> =>
    applyConfiguration(steps, Thing, live, thing(configuration), {
      manager: { name: manager, subresource: '' },
      force: true,
      nowMs: 0,
    });

  it('says what it was told, again and again, and takes back what nobody else says', async () => {
    await fc.assert(
      fc.asyncProperty(things, things, async (first, second) => {
        const one = await apply(undefined, first, 'one');
        expect(one).toMatchObject(first);
        expect(await apply(one, first, 'one')).toEqual(one);
        const both = await apply(one, second, 'two');
        if (second.words !== undefined) expect(both).toMatchObject({ words: second.words });
        expect(await apply(both, second, 'two')).toEqual(both);
        const alone: unknown = await apply(await apply(undefined, first, 'one'), {}, 'one');
        // A list or map that lost its last member is empty; kinds drop it by `omitEmpty`.
        const { items = [], tags = [], labels = {}, words } = alone as Partial<Record<string, object>>;
        expect([Object.keys(items), Object.keys(tags), Object.keys(labels), words]).toEqual([[], [], [], undefined]);
      }),
    );
  });
});

describe('sets of fields', () => {
  const set: fc.Arbitrary<FieldSet> = fc
    .letrec<{ node: Readonly<Record<string, unknown>> }>(tie => ({
      node: fc
        .dictionary(
          fc.constantFrom('f:a', 'f:b', 'f:__proto__', '.'),
          fc.oneof({ depthSize: 'small' }, fc.constant({}), tie('node')),
          { maxKeys: 3 },
        )
        .map(node => (Object.keys(node).length === 1 && '.' in node ? {} : '.' in node ? { ...node, '.': {} } : node)),
    }))
    .node.map(node => (Object.keys(node).length === 0 ? undefined : node));
  it('keep the laws of sets', () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        expect(isDeepEqual(union(a, b), union(b, a))).toBe(true);
        expect(union(a, a)).toEqual(a);
        expect(difference(a, a)).toBeUndefined();
        expect(intersection(difference(a, b), b)).toBeUndefined();
        expect(isDeepEqual(union(difference(a, b), intersection(a, b)), a)).toBe(true);
      }),
    );
  });
});

describe('label selectors', () => {
  const key = fc.constantFrom('a', 'b', 'constructor', 'toString', 'example.com/c');
  const value = fc.constantFrom('', '1', '2', 'x', 'valueOf');
  const requirement = fc.oneof(
    key,
    key.map(each => `!${each}`),
    fc.tuple(key, fc.constantFrom('=', '==', '!='), value).map(parts => parts.join('')),
    fc
      .tuple(
        key,
        fc.constantFrom('in', 'notin'),
        fc.array(value, { minLength: 1, maxLength: 3 }).filter(values => values.join('') !== ''),
      )
      .map(([k, op, values]) => `${k} ${op} (${values.join(',')})`),
    fc.tuple(key, fc.constantFrom('>', '<'), fc.nat(9)).map(parts => parts.join('')),
  );
  it('mean the same when printed and read again', () => {
    fc.assert(
      fc.property(fc.array(requirement, { minLength: 1, maxLength: 4 }), fc.dictionary(key, value), (parts, labels) => {
        const selector = parseLabelSelector(parts.join(','));
        const again = parseLabelSelector(labelSelectorText(selector));
        expect(again.matches(labels)).toBe(selector.matches(labels));
        expect(selector.matches(labels)).toBe(parts.every(part => parseLabelSelector(part).matches(labels)));
      }),
    );
  });
  it('are read or refused, whatever they are', () => {
    const junk = fc.string({
      unit: fc.constantFrom('a', '=', '!', '(', ')', ',', ' ', '<', '>', 'in', 'é', '\0', '\\'),
    });
    fc.assert(
      fc.property(junk, text => {
        try {
          parseLabelSelector(text);
        } catch (error) {
          if (!isStatusError(error, 'BadRequest')) throw error;
        }
      }),
    );
  });
});

describe('quantities', () => {
  const quantity = fc
    .tuple(
      fc.constantFrom('', '-', '+'),
      fc.nat(99_999),
      fc.constantFrom('', '.5', '.25', '.001'),
      fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'E-2'),
    )
    .map(parts => parts.join(''));
  it('are one thing whatever they are written as', () => {
    fc.assert(
      fc.property(quantity, quantity, (a, b) => {
        // A binary amount that is no multiple of 1024 is written without a suffix, and then read as a decimal one.
        const canonical = canonicalQuantity(canonicalQuantity(a));
        expect(canonicalQuantity(canonical)).toBe(canonical);
        expect(compareQuantities(parseQuantity(canonical), parseQuantity(a))).toBe(0);
        const sum = addQuantities(parseQuantity(a), parseQuantity(b));
        expect(sum.nano).toBe(parseQuantity(a).nano + parseQuantity(b).nano);
        expect(
          compareQuantities(parseQuantity(a), parseQuantity(b)) + compareQuantities(parseQuantity(b), parseQuantity(a)),
        ).toBe(0);
      }),
    );
  });
  it('are read or refused, whatever they are', () => {
    const junk = fc.string({ unit: fc.constantFrom('0', '9', '.', '-', '+', 'e', 'E', 'i', 'K', 'm', 'n', ' ', '٣') });
    fc.assert(
      fc.property(junk, text => {
        try {
          parseQuantity(text);
        } catch (error) {
          if (!(error instanceof QuantityError)) throw error;
        }
      }),
    );
  });
});
