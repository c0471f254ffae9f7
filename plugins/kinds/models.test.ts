import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as models from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { wholeNode } from '../../src/api/whole-node.ts';
import type { Node, ObjectNode } from '../../src/schema/schema.ts';
import { everyKind } from './testing/every-kind.ts';

/** The generated client of upstream's release: what each model has, of which type, and whether it must be there. */
interface Attribute {
  readonly baseName: string;
  readonly type: string;
  readonly format: string;
}
interface Model {
  readonly attributes: readonly Attribute[];
  readonly required: ReadonlySet<string>;
}
const FOLDER = join(dirname(createRequire(import.meta.url).resolve('@kubernetes/client-node')), 'gen/models');

const NAMES: Readonly<Record<string, string>> = {
  'core.v1.Event': 'CoreV1Event',
  'core.v1.EventSeries': 'CoreV1EventSeries',
  'events.v1.Event': 'EventsV1Event',
  'events.v1.EventSeries': 'EventsV1EventSeries',
  'core.v1.EndpointPort': 'CoreV1EndpointPort',
  'discovery.v1.EndpointPort': 'DiscoveryV1EndpointPort',
  'rbac.v1.Subject': 'RbacV1Subject',
  'flowcontrol.v1.Subject': 'FlowcontrolV1Subject',
  'storage.v1.TokenRequest': 'StorageV1TokenRequest',
  'resource.v1.ResourceClaim': 'ResourceV1ResourceClaim',
  'core.v1.ResourceClaim': 'CoreV1ResourceClaim',
  'admissionregistration.v1.ServiceReference': 'AdmissionregistrationV1ServiceReference',
  'admissionregistration.v1.WebhookClientConfig': 'AdmissionregistrationV1WebhookClientConfig',
  'apiextensions.v1.ServiceReference': 'ApiextensionsV1ServiceReference',
  'apiregistration.v1.ServiceReference': 'ApiregistrationV1ServiceReference',
  'apiextensions.v1.WebhookClientConfig': 'ApiextensionsV1WebhookClientConfig',
  'authentication.v1.TokenRequest': 'AuthenticationV1TokenRequest',
};
/** The class of a component name, `io.k8s.api.core.v1.Pod` and the like. */
function modelName(component: string): string {
  const [kind = '', version = '', group = ''] = component.split('.').toReversed();
  return NAMES[`${group}.${version}.${kind}`] ?? `${version === 'v2' ? 'V2' : 'V1'}${kind}`;
}

function modelOf(component: string): Model {
  const name = modelName(component);
  const model = Object.entries(models).find(([key]) => key === name)?.[1] as
    | { attributeTypeMap: readonly Attribute[] }
    | undefined;
  if (model === undefined) throw new Error(`no model ${name}`);
  const text = readFileSync(join(FOLDER, `${name}.d.ts`), 'utf8');
  const required = [...text.matchAll(/^ {4}'([^']+)': /gm)].map(match => match[1] ?? '');
  return { attributes: model.attributeTypeMap, required: new Set(required) };
}

/** The type a generated client gives a node. */
function modelType(node: Node): string {
  switch (node.kind) {
    case 'int32':
    case 'int64':
    case 'double':
      return `number ${node.kind}`;
    case 'boolean':
      return 'boolean';
    case 'bytes':
      return 'string byte';
    case 'time':
      return 'Date date-time';
    case 'microTime':
      return 'V1MicroTime date-time-micro';
    case 'intOrString':
      return 'IntOrString int-or-string';
    case 'json':
      return 'any';
    case 'list':
      return ofItems(modelType(node.item), item => `Array<${item}>`);
    case 'map':
      return ofItems(modelType(node.value), item => `{ [key: string]: ${item}; }`);
    case 'object':
      if (isMark(node)) return 'any';
      return modelName(node.meta.name ?? '');
    default:
      return 'string';
  }
}

/** What is there or not, and holds nothing, has no model. */
const isMark = ({ props }: ObjectNode): boolean => Object.keys(props).length === 0;

/** The format of items is said of the whole. */
function ofItems(item: string, wrap: (type: string) => string): string {
  const [type = '', format] = /^\w+ [\w-]+$/.test(item) ? item.split(' ') : [item];
  return format === undefined ? wrap(type) : `${wrap(type)} ${format}`;
}

const isOpenApiRequired = ({ meta }: Node): boolean =>
  meta.required === true || (meta.optional !== true && meta.default === undefined);

/** A slip of upstream's: everywhere else metadata may be left out. */
const NOT_REQUIRED_HERE = new Set(['io.k8s.api.core.v1.Event.metadata']);

function differences(node: ObjectNode, seen: Set<string>): readonly string[] {
  const component = node.meta.name ?? '';
  if (seen.has(component)) return [];
  seen.add(component);
  const { attributes, required } = modelOf(component);
  const expected = attributes.map(({ baseName, type, format }) => `${baseName}: ${`${type} ${format}`.trim()}`);
  const actual = Object.entries(node.props).map(([name, prop]) => `${name}: ${modelType(prop)}`);
  const wrongRequired = Object.entries(node.props)
    .filter(([name]) => !NOT_REQUIRED_HERE.has(`${component}.${name}`))
    .filter(([name, prop]) => required.has(name) !== isOpenApiRequired(prop))
    .map(([name]) => `${component}.${name} is ${required.has(name) ? '' : 'not '}required`);
  return [
    ...expected.filter(text => !actual.includes(text)).map(text => `${component} lacks ${text}`),
    ...actual.filter(text => !expected.includes(text)).map(text => `${component} invents ${text}`),
    ...wrongRequired,
    ...Object.values(node.props).flatMap(prop => within(prop, seen)),
  ];
}

function within(node: Node, seen: Set<string>): readonly string[] {
  if (node.kind === 'object') return isMark(node) ? [] : differences(node, seen);
  if (node.kind === 'list') return within(node.item, seen);
  return node.kind === 'map' ? within(node.value, seen) : [];
}

describe('every kind has the fields of the generated client, no more and no less', () => {
  it.each(everyKind.map(resource => [resource.openapiName, resource] as const))('%s', (_name, resource) => {
    expect(differences(wholeNode(resource), new Set())).toEqual([]);
  });
});
