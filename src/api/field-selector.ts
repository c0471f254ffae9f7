import type { AnyObject } from './object-meta.ts';
import type { ResourceDefinition } from './resource.ts';
import { badRequestError } from './status-error.ts';

/** A compiled field selector. */
export interface FieldMatcher {
  readonly everything: boolean;
  readonly requirements: readonly FieldRequirement[];
  matches(object: AnyObject): boolean;
  /** The value an exact requirement asks of `field`. */
  exact(field: string): string | undefined;
}

export interface FieldRequirement {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/**
 * Reads a `fieldSelector` parameter (`metadata.name=a,status.phase!=Running`); a backslash escapes `,`, `=`
 * and itself. Throws `StatusError` BadRequest for what the kind cannot be selected by.
 */
export function parseFieldSelector(resource: ResourceDefinition, text: string): FieldMatcher {
  const requirements = terms(text).toSorted(byBytes).map(requirementOf);
  for (const { field } of requirements) checkSelectable(resource, field);
  const tests = requirements.map(({ field, operator, value }) => {
    const read = valueOf(resource, field);
    return (object: AnyObject): boolean => (read(object) === value) === (operator === '=');
  });
  return Object.freeze({
    everything: requirements.length === 0,
    requirements,
    matches: (object: AnyObject) => tests.every(test => test(object)),
    exact: (field: string) =>
      requirements.find(requirement => requirement.field === field && requirement.operator === '=')?.value,
  });
}

function requirementOf(term: string): FieldRequirement {
  const match = /^((?:[^\\=!]|\\.|!(?!=))*)(==|!=|=)([^]*)$/.exec(term);
  if (match === null) throw badRequestError(`invalid selector: '${term}'; can't understand '${term}'`);
  const [, field = '', operator, value = ''] = match;
  return { field, operator: operator === '!=' ? '!=' : '=', value: unescaped(value) };
}

function checkSelectable({ scope, selectableFields, ...resource }: ResourceDefinition, field: string): void {
  if (field === 'metadata.name') return;
  // Kinds without fields of their own are selected by a namespace even where they have none.
  if (field === 'metadata.namespace' && (scope === 'Namespaced' || selectableFields === undefined)) return;
  if (Object.hasOwn(selectableFields ?? {}, field)) return;
  if (selectableFields === undefined) {
    throw badRequestError(
      `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
    );
  }
  throw badRequestError(resource.unknownFieldText?.(field) ?? `field label not supported: ${field}`);
}

function valueOf({ selectableFields = {} }: ResourceDefinition, field: string): (object: AnyObject) => string {
  if (field === 'metadata.name') return object => object.metadata.name;
  if (field === 'metadata.namespace') return object => object.metadata.namespace ?? '';
  return Object.hasOwn(selectableFields, field) ? (selectableFields[field] ?? (() => '')) : () => '';
}

/** Cut at commas that no backslash escapes. */
function terms(text: string): readonly string[] {
  const result: string[] = [];
  let term = '';
  for (let index = 0; index < text.length; index++) {
    const char = text.charAt(index);
    if (char === '\\') {
      term += char + text.charAt(++index);
    } else if (char === ',') {
      result.push(term);
      term = '';
    } else {
      term += char;
    }
  }
  return [...result, term].filter(part => part !== '');
}

/** Throws for what is no value, as UnescapeValue of apimachinery does. */
function unescaped(value: string): string {
  return value.replaceAll(/\\([^]?)|[,=]/gu, (found, escaped: string | undefined) => {
    if (escaped === undefined) {
      throw badRequestError(`invalid field selector: unescaped character in value: ${found.codePointAt(0) ?? 0}`);
    }
    if (!['\\', ',', '='].includes(escaped)) {
      throw badRequestError(`invalid field selector: invalid escape sequence: ${found}`);
    }
    return escaped;
  });
}

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
