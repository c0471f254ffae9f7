import type { Call } from '../command/verb.ts';
import { listAt } from '../dig.ts';
import { Failure } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { goText } from '../../../src/base/go-text.ts';
import { JsonPath, relaxedJsonPath } from './jsonpath.ts';
import { alignTabs, TABLE_TABS } from './tab-text.ts';

interface CustomColumn {
  readonly header: string;
  readonly path: JsonPath;
}

/** `-o custom-columns=NAME:.metadata.name,...`, or from a file of headers and paths. */
export async function customColumns(
  output: string,
  { flags, world }: Pick<Call, 'flags' | 'world'>,
): Promise<((objects: readonly KubeObject[], withHeaders: boolean) => string) | undefined> {
  const [format = '', ...rest] = output.split('=');
  const given = rest.join('=');
  if (format !== 'custom-columns' && format !== 'custom-columns-file') return undefined;
  if (given === '')
    throw new Failure(
      `${format} format specified but no ${format === 'custom-columns' ? 'custom columns' : 'file'} given`,
    );
  const columns = format === 'custom-columns' ? inline(given) : fromFile(await world.files.readFile(given, 'utf8'));
  const noHeaders = flags.has('no-headers') && flags.bool('no-headers');
  return (objects, withHeaders) => {
    const rows = objects.flatMap(each => (Array.isArray(each['items']) ? listAt(each, 'items') : [each]));
    const lines = rows.map(row => columns.map(({ path }) => cell(path.find(row).flat())).join('\t'));
    const header = withHeaders && !noHeaders ? [columns.map(column => column.header).join('\t')] : [];
    return alignTabs([...header, ...lines].map(line => `${line}\n`).join(''), TABLE_TABS);
  };
}

const cell = (found: readonly unknown[]): string => (found.length === 0 ? '<none>' : found.map(goText).join(','));

function inline(spec: string): readonly CustomColumn[] {
  return spec.split(',').map(part => {
    const colon = part.indexOf(':');
    if (colon < 0) {
      throw new Failure(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    }
    return { header: part.slice(0, colon), path: new JsonPath(relaxedJsonPath(part.slice(colon + 1))) };
  });
}

function fromFile(text: string): readonly CustomColumn[] {
  const [headers = '', paths = ''] = text.split('\n');
  const specs = paths.trim().split(/\s+/);
  return headers
    .trim()
    .split(/\s+/)
    .map((header, i) => ({ header, path: new JsonPath(relaxedJsonPath(specs[i] ?? '')) }));
}
