import { objectMeta } from '../../../src/api/object-meta-schema.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { wholeNode } from '../../../src/api/whole-node.ts';
import { objectOf, type CelType } from '../../../src/cel/cel-type.ts';
import { typeOfNode } from '../../../src/cel/type-of-node.ts';
import { celTypeOfSchema } from '../../kinds/apiextensions/json-schema/cel-type-of-schema.ts';
import type { CustomResourceDefinition } from '../../kinds/apiextensions/v1/custom-resource-definition.ts';

/** The type of a kind's objects, custom ones by their definitions. */
export function typeOfKind(
  resource: Resource,
  definitionOf: (name: string) => CustomResourceDefinition | undefined,
): CelType | undefined {
  const { group, version, kind, plural } = resource;
  if (resource.custom === undefined) return typeOfNode(wholeNode(resource), kind);
  const definition = definitionOf(`${plural}.${group}`);
  const schema = definition?.spec.versions.find(({ name }) => name === version)?.schema?.openAPIV3Schema;
  const fields = schema === undefined ? undefined : celTypeOfSchema(schema, true, kind)?.type.fields?.();
  if (fields === undefined) return undefined;
  const metadata = { property: 'metadata', type: typeOfNode(objectMeta.node, `${kind}.metadata`) };
  const all = new Map([...fields, ['metadata', metadata]]);
  return objectOf(kind, () => all);
}
