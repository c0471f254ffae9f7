import { describe, expect, it } from 'vitest';
import { expandReferences } from './expand-references.ts';

const variables: Readonly<Record<string, string>> = { A: 'a', EMPTY: '', NESTED: '$(A)' };

describe('references in command, args and values', () => {
  it.each([
    ['plain', 'plain'],
    ['$(A)-$(A)', 'a-a'],
    ['[$(EMPTY)]', '[]'],
    ['$(UNKNOWN)', '$(UNKNOWN)'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$a'],
    ['$$$$(A)', '$$(A)'],
    ['$(A', '$(A'],
    ['$A', '$A'],
    ['cost: 5$', 'cost: 5$'],
    ['$(NESTED)', '$(A)'],
    ['$()', '$()'],
  ])('%s becomes %s', (text, expanded) => {
    expect(expandReferences(text, name => variables[name])).toBe(expanded);
  });
});
