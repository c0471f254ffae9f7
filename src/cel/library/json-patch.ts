import { func, functionsOf, plain } from '../cel-function.ts';
import { STRING } from '../cel-type.ts';

/** What expressions that make JSON patches may call besides. */
export const JSON_PATCH_FUNCTIONS = functionsOf([
  [
    func(
      'jsonpatch.escapeKey',
      plain('string_jsonpatch_escapeKey_string', [STRING], STRING, ([key]) => escaped(key)),
    ),
  ],
]);

/** As a token of a JSON pointer, RFC 6901. */
const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
