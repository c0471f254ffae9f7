export interface Outcomes {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
}

/** Names of the tests that passed and of those that did not, of ginkgo's JUnit report, sorted. */
export function outcomesOf(junit: string): Outcomes {
  const passed: string[] = [];
  const failed: string[] = [];
  for (const [, attributes = ''] of junit.matchAll(/<testcase ((?:[\w-]+="[^"]*"\s*)+)/g)) {
    const attribute = (name: string): string =>
      unescaped(new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? '');
    const [node, status] = [attribute('name'), attribute('status')];
    const name = node.replace(/^\[It\] /, '');
    if (status !== 'passed' && status !== 'skipped' && status !== 'pending') failed.push(`${name} (${status})`);
    else if (status === 'passed' && node !== name) passed.push(name);
  }
  return { passed: passed.sort(), failed: failed.sort() };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#34': '"', '#39': "'" };
const unescaped = (text: string): string =>
  text.replace(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
