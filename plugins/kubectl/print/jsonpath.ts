import { goText } from '../../../src/base/go-text.ts';
import { findJsonPath } from '../../../src/base/json-path.ts';
import { JsonPathError, parseJsonPath, type JsonPathTemplate } from '../../../src/base/json-path-template.ts';
import { Failure } from '../failures.ts';
import { goJson } from './json.ts';

/** A template over JSON, as `-o jsonpath` takes it. */
export class JsonPath {
  readonly #template: JsonPathTemplate;
  readonly #options: { readonly allowMissing: boolean };

  constructor(template: string, { allowMissing = true } = {}) {
    this.#template = orFailure(`error parsing jsonpath ${template}, `, () => parseJsonPath(template));
    this.#options = { allowMissing };
  }

  /** What it finds: a list for each path of the template. */
  find(root: unknown): readonly (readonly unknown[])[] {
    return orFailure('', () => findJsonPath(this.#template, root, this.#options));
  }

  print(root: unknown): string {
    return this.find(root)
      .map(found => found.map(printed).join(' '))
      .join('');
  }
}

function orFailure<T>(prefix: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof JsonPathError) throw new Failure(`${prefix}${error.message}`);
    throw error;
  }
}

/** A value as the printer of jsonpath writes it. */
function printed(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? goJson(value) : goText(value);
}

/** `x`, `.x`, `{x}` and `{.x}` all mean `{.x}`: what `--sort-by` and custom columns take. */
export function relaxedJsonPath(expression: string): string {
  if (expression === '') return expression;
  const match = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(expression);
  if (match === null) {
    throw new Failure(
      `unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`,
    );
  }
  return `{.${match[1] ?? match[2] ?? ''}}`;
}
