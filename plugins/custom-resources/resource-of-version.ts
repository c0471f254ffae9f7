import { ageColumn, nameColumn } from '../../src/api/columns.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import { isStandardFinalizer } from '../../src/api/validate-metadata.ts';
import { defineResource, type CustomSchema, type Resource } from '../../src/api/resource.ts';
import { simplePath } from './simple-path.ts';
import { must } from '../../src/base/must.ts';
import type { CustomResourceDefinition } from '../kinds/apiextensions/v1/custom-resource-definition.ts';
import type { CustomResourceDefinitionVersion } from '../kinds/apiextensions/v1/custom-resource-definition-spec.ts';
import type { JsonSchemaProps } from '../kinds/apiextensions/v1/json-schema-props.ts';
import { askedConversion, type Converter } from './ask-conversion.ts';
import { columnOfDefinition } from './column-of-definition.ts';
import { fieldsOfSchema, isOpen } from './fields-of-schema.ts';
import { Judgement } from './judgement.ts';
import { openApiOfSchema } from './openapi-of-schema.ts';
import { pruneObject } from '../kinds/apiextensions/json-schema/prune-value.ts';
import { settleValue } from '../kinds/apiextensions/json-schema/settle-value.ts';
import { ruleTreeOf, type RuleTree } from './rule-tree.ts';
import { textOfValue } from './text-of-value.ts';
import type { CustomRules } from './validate-custom-object.ts';

/** Asks webhooks to convert; without it what they convert is left in the version it is stored in. */
export type Asking = Pick<Converter, 'calls' | 'random'>;

/** How a definition is served. */
export interface Serving {
  readonly asking?: Asking;
  /** When a version is served no longer. */
  retired?(this: void, version: string): AbortSignal | undefined;
}

/** The kinds that a definition is served as, one a version, each until its signal. */
export const resourcesOf = (definition: CustomResourceDefinition, serving: Serving = {}): readonly Resource[] =>
  definition.spec.versions.filter(({ served }) => served).map(version => resourceOf(definition, version, serving));

/** The kind as it is stored, served or not. */
export const storedResourceOf = (definition: CustomResourceDefinition): Resource =>
  resourceOf(definition, storageVersionOf(definition));

const storageVersionOf = ({ spec }: CustomResourceDefinition): CustomResourceDefinitionVersion =>
  must(
    spec.versions.find(({ storage }) => storage),
    'one version is stored',
  );

function resourceOf(
  definition: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  { asking, retired }: Serving = {},
): Resource {
  const { spec, status } = definition;
  const { acceptedNames: names } = status;
  const schema: JsonSchemaProps = version.schema?.openAPIV3Schema ?? {};
  const { scale } = version.subresources ?? {};
  const columns = version.additionalPrinterColumns ?? [];
  const hasStatus = version.subresources?.status !== undefined;
  const judged = judge({ schema, scale, hasStatus });
  return defineResource({
    group: spec.group,
    version: version.name,
    kind: names.kind,
    listKind: names.listKind ?? `${names.kind}List`,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    scope: spec.scope === 'Cluster' ? 'Cluster' : 'Namespaced',
    ...(schema.description === undefined ? {} : { doc: schema.description }),
    openapiName: [...spec.group.split('.').toReversed(), version.name, names.kind].join('.'),
    fields: fieldsOfSchema(schema),
    ...(hasStatus ? { status: true as const } : {}),
    generation: true,
    putByRevision: true,
    anyFinalizers: true,
    textOnly: true,
    ...(scale === undefined ? {} : { scale: scalePaths(scale) }),
    columns: [nameColumn, ...(columns.length === 0 ? [ageColumn] : columns.map(columnOfDefinition))],
    selectableFields: selectableFields(version),
    ...(version.deprecated === true ? { deprecation: deprecationOf(definition, version) } : {}),
    custom: customSchema(definition, version, schema, asking, retired?.(version.name)),
    validateInSteps: judged,
    validate: (object, old) => judged(object, old).errors,
    warnings: (object, old) => [...finalizerWarnings(object, old), ...judged(object, old).warnings],
  });
}

/** One judgement an object, for all who ask: its rules are compiled when the first is judged. */
function judge(rules: CustomRules): (object: AnyObject, old?: AnyObject) => Judgement {
  const known = new WeakMap<AnyObject, Judgement>();
  const hasRules = JSON.stringify(rules.schema).includes('"x-kubernetes-validations":');
  let tree: RuleTree | undefined;
  return (object, old) => {
    const before = known.get(object);
    if (before !== undefined && before.old === old) return before;
    if (hasRules) tree ??= ruleTreeOf(rules.schema);
    const judgement = new Judgement(rules, tree, object, old);
    known.set(object, judgement);
    return judgement;
  };
}

/** New finalizers that do not say whose they are. */
function finalizerWarnings({ metadata }: AnyObject, old?: AnyObject): readonly string[] {
  const before = old?.metadata.finalizers ?? [];
  return (metadata.finalizers ?? [])
    .filter(name => !isStandardFinalizer(name) && !before.includes(name))
    .map(name => {
      const how = name.includes('.') ? ' including a path (/)' : '';
      const why = `prefer a domain-qualified finalizer name${how} to avoid accidental conflicts with other finalizer writers`;
      return `metadata.finalizers: ${JSON.stringify(name)}: ${why}`;
    });
}

const customSchema = (
  definition: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  schema: JsonSchemaProps,
  asking: Asking | undefined,
  retired: AbortSignal | undefined,
): CustomSchema => ({
  settle: object => settleValue(schema, object) as AnyObject,
  prune: object => pruneObject(schema, object),
  keepsUnknown: isOpen(schema),
  openApi: form => openApiOfSchema(schema, form),
  isStored: version.storage,
  ...(retired === undefined ? {} : { retired }),
  ...(askedConversionOf(definition, version, schema, asking) ?? conversionOf(definition, version, schema)),
});

const undotted = (path: string): string => path.replace(/^\./, '');

function scalePaths(scale: NonNullable<NonNullable<CustomResourceDefinitionVersion['subresources']>['scale']>) {
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale;
  return {
    spec: undotted(specReplicasPath),
    status: undotted(statusReplicasPath),
    ...(labelSelectorPath === undefined ? {} : { selector: undotted(labelSelectorPath) }),
  };
}

function selectableFields({ selectableFields: fields = [] }: CustomResourceDefinitionVersion) {
  return Object.fromEntries(
    fields.map(({ jsonPath }) => {
      const find = simplePath(jsonPath);
      return [undotted(jsonPath), (object: AnyObject) => textOfValue(find(object) ?? '')] as const;
    }),
  );
}

function deprecationOf({ spec }: CustomResourceDefinition, version: CustomResourceDefinitionVersion): string {
  const newer = spec.versions.find(({ served, deprecated }) => served && deprecated !== true);
  const { kind } = spec.names;
  const successor = newer === undefined ? '' : `; use ${spec.group}/${newer.name} ${kind}`;
  return version.deprecationWarning ?? `${spec.group}/${version.name} ${kind} is deprecated${successor}`;
}

/** Objects are stored in one version, and read by the defaults of today: where neither matters, as they are. */
function conversionOf(
  definition: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  schema: JsonSchemaProps,
): Pick<CustomSchema, 'conversion'> {
  const { spec, status } = definition;
  if (version.storage && (status.storedVersions ?? []).length === 1 && !hasDefaults(schema)) return {};
  if (spec.conversion?.strategy === 'Webhook' && spec.versions.length > 1) return {};
  const storage = storageVersionOf(definition).name;
  const as = (name: string, object: AnyObject): AnyObject => ({ ...object, apiVersion: `${spec.group}/${name}` });
  return {
    conversion: {
      toStored: object => as(storage, object),
      fromStored: stored => settleValue(schema, as(version.name, stored)) as AnyObject,
    },
  };
}

/** Where there is one version nobody need be asked, as long as all were stored in it. */
function askedConversionOf(
  definition: CustomResourceDefinition,
  { name }: CustomResourceDefinitionVersion,
  schema: JsonSchemaProps,
  asking: Asking | undefined,
): Pick<CustomSchema, 'askedConversion'> | undefined {
  const { group, conversion, versions } = definition.spec;
  const { clientConfig: target, conversionReviewVersions: reviewVersions = [] } = conversion?.webhook ?? {};
  const isOne = versions.length === 1 && (definition.status.storedVersions ?? []).length === 1;
  if (asking === undefined || conversion?.strategy !== 'Webhook' || target === undefined || isOne) return undefined;
  const apiVersions = { shown: `${group}/${name}`, stored: `${group}/${storageVersionOf(definition).name}` };
  const settle = (object: AnyObject): AnyObject => settleValue(schema, object) as AnyObject;
  return { askedConversion: askedConversion({ ...asking, target, reviewVersions }, apiVersions, settle) };
}

/** Anywhere in the schema; its text tells as surely as its parts. */
const hasDefaults = (schema: JsonSchemaProps): boolean => JSON.stringify(schema).includes('"default":');
