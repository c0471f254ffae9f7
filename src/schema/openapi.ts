import { must } from '../base/must.ts';
import { listMeta } from './patch-meta.ts';
import { propsOf } from './props-of.ts';
import type { Node, ObjectNode, ScalarNode, Union } from './schema.ts';

/** OpenAPI 2 names its schemas `definitions`, OpenAPI 3 `components`; they differ in how a reference is decorated. */
export type OpenApiVersion = 'v2' | 'v3';
export type OpenApiSchema = Readonly<Record<string, unknown>>;
export type OpenApiSchemas = Readonly<Record<string, OpenApiSchema>>;

/**
 * Every named object that `roots` reach, by name, with the scalars that have a schema of their own. Clients
 * print what a field means and then what its type means: a type has no description of its own where a field
 * says just the same.
 */
export function openApiSchemas(roots: readonly ObjectNode[], version: OpenApiVersion): OpenApiSchemas {
  const found: Found = { schemas: new Map(), toldByFields: new Set() };
  for (const root of roots) collect(root, version, found);
  for (const { meta } of roots) found.toldByFields.delete(meta.name ?? '');
  const schemas = [...found.schemas].map(([name, schema]) => {
    const { description, ...rest } = schema;
    return [name, description !== undefined && found.toldByFields.has(name) ? rest : schema] as const;
  });
  return Object.fromEntries(schemas.sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface Found {
  readonly schemas: Map<string, OpenApiSchema>;
  /** Types that a field describes in the type's own words. */
  readonly toldByFields: Set<string>;
}

/** A node where it is used: by reference when it is named, in place otherwise. */
export function openApiProperty(node: Node, version: OpenApiVersion): OpenApiSchema {
  const decoration = { ...described(node.meta.doc), ...defaulted(node, version), ...extensions(node) };
  const component = componentOf(node);
  if (component === undefined) return { ...inPlace(node, version), ...decoration };
  const ref = openApiRef(component, version);
  if (version === 'v2' || Object.keys(decoration).length === 0) return { ...ref, ...decoration };
  return { allOf: [ref], ...decoration };
}

export const openApiRef = (component: string, version: OpenApiVersion): OpenApiSchema => ({
  $ref: `#/${version === 'v2' ? 'definitions' : 'components/schemas'}/${component}`,
});

function collect(node: Node, version: OpenApiVersion, found: Found): void {
  if (node.kind === 'list') return collect(node.item, version, found);
  if (node.kind === 'map') return collect(node.value, version, found);
  const component = componentOf(node);
  if (component === undefined || found.schemas.has(component)) return;
  if (node.kind !== 'object') {
    found.schemas.set(component, scalarComponent(node, version));
    return;
  }
  found.schemas.set(component, objectSchema(node, version));
  for (const [, prop] of propsOf(node)) {
    if (prop.meta.name !== undefined && typeDoc(prop) === prop.meta.doc) found.toldByFields.add(prop.meta.name);
    collect(prop, version, found);
  }
}

function objectSchema(node: ObjectNode, version: OpenApiVersion): OpenApiSchema {
  const required = propsOf(node).filter(([, prop]) => isRequired(prop));
  const numberOf = ({ meta }: Node): number => (node.meta.listedByProps === true ? 0 : (meta.field ?? 0));
  required.sort(([, a], [, b]) => numberOf(a) - numberOf(b));
  const entries = propsOf(node).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...described(typeDoc(node)),
    type: 'object',
    ...(required.length === 0 ? {} : { required: required.map(([name]) => name) }),
    ...(entries.length === 0
      ? {}
      : { properties: Object.fromEntries(entries.map(([name, prop]) => [name, openApiProperty(prop, version)])) }),
    ...(node.meta.atomic === true ? { 'x-kubernetes-map-type': 'atomic' } : {}),
    ...(node.meta.union === undefined ? {} : { 'x-kubernetes-unions': [unionOf(node.meta.union)] }),
  };
}

const unionOf = ({ discriminator, fields }: Union): OpenApiSchema => ({
  ...(discriminator === undefined ? {} : { discriminator }),
  'fields-to-discriminateBy': fields,
});

const isRequired = ({ meta }: Node): boolean =>
  meta.required === true || (meta.optional !== true && meta.default === undefined);

const described = (description: string | undefined): OpenApiSchema =>
  description === undefined ? {} : { description };
const typeDoc = ({ meta }: Node): string | undefined => meta.typeDoc ?? meta.doc;

/**
 * What stands for a missing value. Of OpenAPI 3 alone, as upstream tells it: the zero value of what Go always has,
 * and what few fields tell besides; other defaults are the server's own affair.
 */
function defaulted({ kind, meta }: Node, version: OpenApiVersion): OpenApiSchema {
  if (version === 'v2') return {};
  if (meta.tells !== undefined) return meta.tells === null ? {} : { default: meta.tells };
  if (kind === 'object') return meta.struct === true ? { default: {} } : {};
  const isZero = meta.default === undefined ? meta.optional !== true : meta.default === ZEROS[kind];
  return isZero && (meta.omitEmpty !== true || meta.required === true) ? zeroDefault(kind) : {};
}

const zeroDefault = (kind: Node['kind']): OpenApiSchema => (Object.hasOwn(ZEROS, kind) ? { default: ZEROS[kind] } : {});
const ZEROS: Readonly<Partial<Record<Node['kind'], unknown>>> = {
  string: '',
  int32: 0,
  int64: 0,
  double: 0,
  boolean: false,
};

function extensions(node: Node): OpenApiSchema {
  const list = listMeta(node);
  if (list === undefined) {
    return {
      ...(node.kind === 'map' && node.meta.atomic === true ? { 'x-kubernetes-map-type': 'atomic' } : {}),
      ...(node.meta.granular === true ? { 'x-kubernetes-map-type': 'granular' } : {}),
      ...(node.meta.retainKeys === true ? { 'x-kubernetes-patch-strategy': 'retainKeys' } : {}),
      ...(node.meta.replaced === true ? { 'x-kubernetes-patch-strategy': 'replace' } : {}),
      ...(node.meta.bytesAsList === true ? { 'x-kubernetes-list-type': 'atomic' } : {}),
    };
  }
  const { listType, mapKeys, mergeKey, retainKeys } = list;
  return {
    ...(node.meta.plain === true ? {} : { 'x-kubernetes-list-type': listType }),
    ...(mapKeys.length === 0 ? {} : { 'x-kubernetes-list-map-keys': mapKeys }),
    ...(mergeKey === null ? {} : { 'x-kubernetes-patch-strategy': retainKeys ? 'merge,retainKeys' : 'merge' }),
    ...(mergeKey === null || mergeKey === '' ? {} : { 'x-kubernetes-patch-merge-key': mergeKey }),
  };
}

function inPlace(node: Node, version: OpenApiVersion): OpenApiSchema {
  switch (node.kind) {
    case 'list':
      return { type: 'array', items: itemSchema(node.item, version) };
    case 'map':
      return { type: 'object', additionalProperties: itemSchema(node.value, version) };
    case 'object':
      return objectSchema(node, version);
    case 'json':
      return { 'x-kubernetes-preserve-unknown-fields': true };
    default:
      return { ...SCALARS[node.kind], ...choices(node) };
  }
}

function itemSchema(node: Node, version: OpenApiVersion): OpenApiSchema {
  const { doc: _doc, ...meta } = node.meta;
  const bare = openApiProperty({ ...node, meta }, version);
  if (version === 'v2') return bare;
  if (node.kind === 'object' && '$ref' in bare) return { allOf: [bare], default: {} };
  return { ...bare, ...zeroDefault(node.kind) };
}

type PlainScalar = Exclude<ScalarNode['kind'], 'json'>;
const SCALARS: Readonly<Record<PlainScalar, OpenApiSchema>> = {
  string: { type: 'string' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  double: { type: 'number', format: 'double' },
  boolean: { type: 'boolean' },
  bytes: { type: 'string', format: 'byte' },
  quantity: { type: 'string' },
  time: { type: 'string', format: 'date-time' },
  microTime: { type: 'string', format: 'date-time' },
  duration: { type: 'string' },
  intOrString: { type: 'string', format: 'int-or-string' },
};

function choices({ meta: { enum: known = [], choices: told = known } }: Node): OpenApiSchema {
  return told.length === 0 ? {} : { enum: [...told].sort() };
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const NAMED_SCALARS: Readonly<Partial<Record<Node['kind'], string>>> = {
  quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  time: `${META}.Time`,
  microTime: `${META}.MicroTime`,
  duration: `${META}.Duration`,
  intOrString: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
};
const SCALAR_DOCS: Readonly<Partial<Record<Node['kind'], string>>> = {
  quantity: 'An exact amount, such as 100m, 1.5 or 2Gi.',
  time: 'A moment in whole seconds, RFC 3339.',
  microTime: 'A moment in microseconds, RFC 3339.',
  duration: 'A span of time, such as 1h30m.',
  intOrString: 'A number or a text.',
  json: 'Any JSON.',
};

const componentOf = (node: Node): string | undefined => node.meta.name ?? NAMED_SCALARS[node.kind];

function scalarComponent(node: Exclude<Node, ObjectNode>, version: OpenApiVersion): OpenApiSchema {
  const description = must(SCALAR_DOCS[node.kind], `${node.kind} has a component of its own`);
  if (node.kind === 'json') return node.meta.anyType === true ? { description } : { description, type: 'object' };
  if (version === 'v3' && node.kind === 'quantity')
    return { description, oneOf: [{ type: 'string' }, { type: 'number' }] };
  if (version === 'v3' && node.kind === 'intOrString') {
    return { description, format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] };
  }
  return { description, ...SCALARS[node.kind as PlainScalar] };
}
