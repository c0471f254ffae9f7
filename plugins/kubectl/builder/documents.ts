import { jsonOf } from '../../../src/base/json-of.ts';
import { yamlToJson, type YamlReading } from '../../../src/api/codec/yaml-to-json.ts';
import { Failure } from '../failures.ts';

/** Each document of a stream of YAML or JSON. */
export async function documentsOf(
  text: string,
  source: string,
  reading: YamlReading = {},
): Promise<readonly unknown[]> {
  const yaml = await import('yaml');
  const parts = /^\s*\{/.test(text) ? jsonDocuments(text) : undefined;
  if (parts !== undefined) return parts;
  return text.split(/^---(?:[ \t].*)?$/m).map(document => {
    const outcome = yamlToJson(yaml, document, reading);
    if ('problem' in outcome) {
      const where = source === 'STDIN' ? 'STDIN' : source;
      throw new Failure(`error parsing ${where}: error converting YAML to JSON: yaml: ${outcome.problem}`);
    }
    return JSON.parse(outcome.json) as unknown;
  });
}

/** Objects one after the other; `undefined` where it is no JSON. */
function jsonDocuments(text: string): readonly unknown[] | undefined {
  const parts: unknown[] = [];
  let [start, depth, quoted] = [-1, 0, false];
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (quoted) {
      if (character === '\\') i += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{' && depth++ === 0) start = i;
    else if (character === '}' && --depth === 0) {
      const value = jsonOf(text.slice(start, i + 1));
      if (value === undefined) return undefined;
      parts.push(value);
    } else if (depth === 0 && /\S/.test(character) && !text.slice(i).startsWith('---')) return undefined;
    else if (depth === 0 && character === '-') i += 2;
  }
  return depth === 0 ? parts : undefined;
}
