import type { AnyPlugin } from '../kernel/plugin.ts';

/** Which plugins cannot start among these, because nobody provides what they need, or what those need in turn. */
export function strandedAmong(plugins: readonly AnyPlugin[]): readonly AnyPlugin[] {
  let able = plugins;
  for (;;) {
    const provided = new Set(able.flatMap(idsOf));
    const still = able.filter(plugin => needsOf(plugin).every(id => provided.has(id)));
    if (still.length === able.length) return plugins.filter(plugin => !able.includes(plugin));
    able = still;
  }
}

/** What to type instead, where `disabled` plugins provide what those that are stranded need; otherwise undefined. */
export function strandedMessage(stranded: readonly AnyPlugin[], disabled: readonly AnyPlugin[]): string | undefined {
  const needed = new Set(stranded.flatMap(needsOf));
  const without = disabled.filter(plugin => idsOf(plugin).some(id => needed.has(id)));
  if (without.length === 0) return undefined;
  const missing = without.flatMap(idsOf).filter(id => needed.has(id));
  const flags = stranded.map(({ name }) => `--disable ${name}`).join(' ');
  return `without ${listed(namesOf(without))} nothing provides ${listed(missing)}: add ${flags}, or a plugin that does`;
}

const idsOf = ({ provides = [] }: AnyPlugin): readonly string[] => provides.map(({ id }) => id);
const needsOf = ({ needs = {} }: AnyPlugin): readonly string[] => Object.values(needs).map(({ id }) => id);
const namesOf = (plugins: readonly AnyPlugin[]): readonly string[] => plugins.map(({ name }) => name);
const listed = (names: readonly string[]): string => new Intl.ListFormat('en-GB').format(names);
