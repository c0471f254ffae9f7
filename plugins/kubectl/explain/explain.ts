import { bool, text } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { dig, fieldsAt, listAt, textAt, type Fields } from '../dig.ts';
import { BareFailure, Failure } from '../failures.ts';
import { schemasOf, type Schemas } from '../openapi/schemas.ts';
import { groupOf, versionOf } from '../kube-object.ts';
import { groupResource, type ApiResource } from '../rest/api-resource.ts';
import { typeName } from './type-name.ts';
import { wrapped } from './wrapped.ts';

export const explainVerb: Verb = {
  usage: 'TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2]',
  about: 'Describe fields and structure of various resources.',
  flags: [
    text('api-version', 'Version of the group to explain.'),
    text('output', 'plaintext.', { fallback: 'plaintext', short: 'o' }),
    bool('recursive', 'All fields of fields.', { short: 'R' }),
  ],
  run: explain,
};

async function explain(call: Call): Promise<void> {
  const { args, flags, terminal } = call;
  const [first, ...more] = args;
  if (first === undefined) {
    throw new Failure(
      'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.',
    );
  }
  if (more.length > 0) throw new Failure('We accept only this format: explain RESOURCE');
  const { resource, path } = await meant(call, first);
  const schemas = await schemasOf(call, resource);
  const schema = schemas?.ofKind(resource);
  if (schemas === undefined || schema === undefined) {
    throw new Failure(`couldn't find resource for "${resource.group}/${resource.version}, Kind=${resource.kind}"`);
  }
  const head = [
    ...(resource.group === '' ? [] : [`GROUP:      ${resource.group}`]),
    `KIND:       ${resource.kind}`,
    `VERSION:    ${resource.version}`,
    '',
  ];
  terminal.out(head.map(line => `${line}\n`).join(''));
  terminal.out(about(schemas, schema, path, flags.bool('recursive')));
}

/** `deployments.spec`: the words that are no group's name are fields. */
async function meant(
  call: Call,
  text: string,
): Promise<{ readonly resource: ApiResource; readonly path: readonly string[] }> {
  const names = await call.cluster.names();
  const [type = '', ...path] = text.split('.');
  const given = call.flags.text('api-version');
  const group = path.join('.');
  const whole = group === '' ? undefined : names.preferred.find(each => groupResource(each) === `${type}.${group}`);
  const resource = whole ?? names.find(type);
  if (resource === undefined) throw new BareFailure(`the server doesn't have a resource type ${JSON.stringify(type)}`);
  const fields = whole === undefined ? path : [];
  if (given === '') return { resource, path: fields };
  const other = names.discovery.resources.find(
    each => each.resource === resource.resource && each.group === groupOf(given) && each.version === versionOf(given),
  );
  if (other === undefined)
    throw new Failure(
      `couldn't find resource for "${groupOf(given)}/${versionOf(given)}, Resource=${resource.resource}"`,
    );
  return { resource: other, path: fields };
}

function about(schemas: Schemas, root: Fields, path: readonly string[], recursive: boolean): string {
  let schema = root;
  let property: unknown;
  for (const name of path) {
    property = dig(schema, 'properties', name);
    if (property === undefined) throw new Failure(`field ${JSON.stringify(name)} does not exist`);
    schema = elementOf(schemas, property);
  }
  const name = path.at(-1);
  const values = listAt(property, 'enum');
  const field =
    name === undefined
      ? ''
      : `FIELD: ${name} <${typeName(schemas, property)}>\n${values.length === 0 ? '\n' : enumText(values)}\n`;
  const both = schema === property ? [property] : [property, schema];
  const texts = both.map(each => textAt(each, 'description')).filter(each => each !== '');
  const description = `DESCRIPTION:\n${texts.map(each => wrapped(each, '    ')).join('')}    \n`;
  const fields = fieldsText(schemas, schema, 1, recursive);
  return `${field}${description}${fields === '' ? '' : `FIELDS:\n${fields}`}\n`;
}

const enumText = (values: readonly unknown[]): string =>
  `ENUM:\n${values.map(value => `    ${String(value)}\n`).join('')}`;

/** What a list or map holds, or the thing itself. */
function elementOf(schemas: Schemas, property: unknown): Fields {
  const resolved = schemas.resolve(property);
  const items = dig(resolved, 'items') ?? dig(resolved, 'additionalProperties');
  return items === undefined ? resolved : elementOf(schemas, items);
}

function fieldsText(
  schemas: Schemas,
  schema: Fields,
  level: number,
  recursive: boolean,
  seen: readonly Fields[] = [],
): string {
  const required = new Set(listAt(schema, 'required'));
  const indent = '  '.repeat(level);
  return Object.entries(fieldsAt(schema, 'properties'))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, property]) => {
      const values = listAt(property, 'enum').map(value => (value === '' ? '""' : String(value)));
      const head = `${indent}${name}\t<${typeName(schemas, property)}>${required.has(name) ? ' -required-' : ''}\n`;
      const choice = values.length === 0 ? '' : `${indent}enum: ${enumLine(values)}\n`;
      if (!recursive)
        return `${head}${choice}${wrapped(textAt(property, 'description') || '<no description>', `${indent}  `)}\n`;
      const element = elementOf(schemas, property);
      const below = seen.includes(element) ? '' : fieldsText(schemas, element, level + 1, true, [...seen, element]);
      return head + choice + below;
    })
    .join('');
}

const SHOWN = 4;
const enumLine = (values: readonly string[]): string =>
  values.length > SHOWN ? `${values.slice(0, SHOWN).join(', ')}, ....` : values.join(', ');
