import { describe, expect, it } from 'vitest';
import { GraphError, startOrder } from './graph.ts';
import { definePlugin, serviceRef, type AnyPlugin } from './plugin.ts';

const a = serviceRef<string>('a');
const b = serviceRef<string>('b');
const providesA = definePlugin({ name: 'provides-a', provides: [a] });
const aToB = definePlugin({ name: 'a-to-b', needs: { a }, provides: [b] });
const needsB = definePlugin({ name: 'needs-b', needs: { b } });

function failure(...plugins: readonly AnyPlugin[]): Pick<GraphError, 'code' | 'message'> | undefined {
  try {
    startOrder(plugins);
    return undefined;
  } catch (error) {
    if (error instanceof GraphError) return { code: error.code, message: error.message };
    throw error;
  }
}

describe('startOrder', () => {
  it('puts providers first, whatever order they were named in', () => {
    expect(startOrder([needsB, aToB, providesA]).order).toEqual([providesA, aToB, needsB]);
  });

  it.each([
    ['MissingProvider', [needsB], 'plugin needs-b needs b, which no plugin provides'],
    [
      'TwoProviders',
      [providesA, { name: 'other', provides: [a] }],
      'both provides-a and other provide a; disable one of them',
    ],
    ['DuplicatePlugin', [providesA, { name: 'provides-a' }], 'two plugins are called provides-a'],
    [
      'Cycle',
      [aToB, { name: 'b-to-a', needs: { b }, provides: [a] }],
      'plugins need each other in a circle: a-to-b -> b-to-a -> a-to-b',
    ],
  ] as const)('names %s before anything starts', (code, plugins, message) => {
    expect(failure(...plugins)).toEqual({ code, message });
  });
});
