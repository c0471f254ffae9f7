import { own } from '../../../../src/base/is-record.ts';
import type { JsonSchemaProps } from '../v1/json-schema-props.ts';
import { additionalOf } from './schema-parts.ts';

const STEP = /\.((?:[^.[\]'][^.[\]]*)|'(?:[^'\\]|\\.)*')|\['((?:[^'\\]|\\.)*)'\]/y;
const ESCAPES: Readonly<Record<string, string>> = { a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/**
 * The path that a rule complains of, below its schema, as complaints print it: `.a['b c'].d` is `a.b c.d`, and a key
 * of a map is `[key]`. Undefined where the schema has no such path; '' for none.
 */
export function ruleFieldPath(text: string, schema: JsonSchemaProps): string | undefined {
  let printed = '';
  let place: JsonSchemaProps | undefined = schema;
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const [, plain, quoted] = STEP.exec(text) ?? [];
    const name = plain ?? (quoted === undefined ? undefined : unescaped(quoted));
    if (name === undefined || place === undefined) return undefined;
    const { properties } = place;
    if (properties !== undefined) {
      printed += printed === '' ? name : `.${name}`;
      place = own(properties, name) as JsonSchemaProps | undefined;
    } else {
      printed += `[${name}]`;
      place = additionalOf(place);
    }
    if (place === undefined) return undefined;
  }
  return printed;
}

function unescaped(text: string): string | undefined {
  let isWrong = false;
  const read = text.replace(/\\(.)/gs, (_, letter: string) => {
    if (letter === "'" || letter === '\\') return letter;
    isWrong ||= ESCAPES[letter] === undefined;
    return ESCAPES[letter] ?? '';
  });
  return isWrong ? undefined : read;
}
