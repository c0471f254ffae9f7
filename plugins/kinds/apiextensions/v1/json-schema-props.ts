import {
  type Stored,
  boolean,
  double,
  int64,
  json,
  list,
  listMap,
  map,
  object,
  oneOnTheWire,
  recursive,
  string,
} from '../../../../src/schema/schema.ts';

const APIEXTENSIONS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';

const externalDocumentation = object({
  description: string().omitEmpty().doc('What is to be found there.').at(1),
  url: string().omitEmpty().doc('Where.').at(2),
})
  .named(`${APIEXTENSIONS}.ExternalDocumentation`)
  .doc('Documentation that is kept elsewhere.');

export const validationRule = object({
  rule: string().zero().doc('Expression in CEL that must be true; `self` is the value the schema is of.').at(1),
  message: string().omitEmpty().doc('What is said where it is not.').at(2),
  messageExpression: string().omitEmpty().doc('Expression in CEL that makes that text.').at(3),
  reason: string()
    .choices('FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired')
    .optional()
    .doc('Reason that the cause is told with.')
    .at(4),
  fieldPath: string().omitEmpty().doc('Field that is complained about, below the value.').at(5),
  optionalOldSelf: boolean().optional().doc('Whether `oldSelf` may be missing.').at(6),
})
  .named(`${APIEXTENSIONS}.ValidationRule`)
  .doc('A rule in CEL.');
export type ValidationRule = Stored<typeof validationRule>;

/** JSON Schema as OpenAPI 3.0 has it, with Kubernetes' extensions. What may be of two types is kept as it is. */
export interface JsonSchemaProps {
  readonly id?: string;
  readonly $schema?: string;
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string;
  readonly format?: string;
  readonly title?: string;
  readonly default?: unknown;
  readonly maximum?: number;
  readonly exclusiveMaximum?: boolean;
  readonly minimum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly maxItems?: number;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  readonly multipleOf?: number;
  readonly enum?: readonly unknown[];
  readonly maxProperties?: number;
  readonly minProperties?: number;
  readonly required?: readonly string[];
  /** A schema; upstream's type allows a list of them, its validation does not. */
  readonly items?: unknown;
  readonly allOf?: readonly JsonSchemaProps[];
  readonly oneOf?: readonly JsonSchemaProps[];
  readonly anyOf?: readonly JsonSchemaProps[];
  readonly not?: JsonSchemaProps;
  readonly properties?: Readonly<Record<string, JsonSchemaProps>>;
  /** A schema, or a boolean. */
  readonly additionalProperties?: unknown;
  readonly patternProperties?: Readonly<Record<string, JsonSchemaProps>>;
  readonly dependencies?: Readonly<Record<string, unknown>>;
  readonly additionalItems?: unknown;
  readonly definitions?: Readonly<Record<string, JsonSchemaProps>>;
  readonly externalDocs?: Stored<typeof externalDocumentation>;
  readonly example?: unknown;
  readonly nullable?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-map-type'?: string;
  readonly 'x-kubernetes-validations'?: readonly ValidationRule[];
}

const anyJson = json().anyType(`${APIEXTENSIONS}.JSON`);

export const jsonSchemaProps = recursive<JsonSchemaProps>(
  `${APIEXTENSIONS}.JSONSchemaProps`,
  'A schema: JSON Schema as OpenAPI 3.0 has it, with the extensions of Kubernetes.',
  self => ({
    id: string().omitEmpty().doc('Not used.').at(1),
    $schema: string().omitEmpty().doc('Not used.').at(2),
    $ref: string().optional().doc('Not allowed.').at(3),
    description: string().omitEmpty().doc('What it describes; shown by clients.').at(4),
    type: string().omitEmpty().doc('Type of the value: object, array, string, number, integer or boolean.').at(5),
    format: string().omitEmpty().doc('Form of a text, or size of a number.').at(6),
    title: string().omitEmpty().doc('Name for people.').at(7),
    default: anyJson.optional().doc('Stands in for a value that is left out.').at(8),
    maximum: double().optional().doc('Largest number.').at(9),
    exclusiveMaximum: boolean().omitEmpty().doc('Whether that itself is too large.').at(10),
    minimum: double().optional().doc('Smallest number.').at(11),
    exclusiveMinimum: boolean().omitEmpty().doc('Whether that itself is too small.').at(12),
    maxLength: int64().optional().doc('Most characters.').at(13),
    minLength: int64().optional().doc('Fewest characters.').at(14),
    pattern: string().omitEmpty().doc('Regular expression, in the syntax of RE2, that a text must match.').at(15),
    maxItems: int64().optional().doc('Most items.').at(16),
    minItems: int64().optional().doc('Fewest items.').at(17),
    uniqueItems: boolean().omitEmpty().doc('Not allowed.').at(18),
    multipleOf: double().optional().doc('Number that must divide the value.').at(19),
    enum: list(anyJson).omitEmpty().doc('The values there are.').at(20),
    maxProperties: int64().optional().doc('Most members.').at(21),
    minProperties: int64().optional().doc('Fewest members.').at(22),
    required: list(string()).omitEmpty().doc('Members that must be there.').at(23),
    items: oneOnTheWire([1, self], [2, list(self)])
      .anyType(`${APIEXTENSIONS}.JSONSchemaPropsOrArray`)
      .optional()
      .at(24),
    allOf: list(self).omitEmpty().doc('Schemas that must all hold.').at(25),
    oneOf: list(self).omitEmpty().doc('Schemas of which exactly one must hold.').at(26),
    anyOf: list(self).omitEmpty().doc('Schemas of which one must hold.').at(27),
    not: self.optional().at(28),
    properties: map(self).omitEmpty().doc('Schemas of the members.').at(29),
    additionalProperties: oneOnTheWire([2, self], [1, boolean()])
      .anyType(`${APIEXTENSIONS}.JSONSchemaPropsOrBool`)
      .optional()
      .at(30),
    patternProperties: map(self).omitEmpty().doc('Not allowed.').at(31),
    dependencies: map(
      oneOnTheWire([1, self], [2, list(string())]).anyType(`${APIEXTENSIONS}.JSONSchemaPropsOrStringArray`),
    )
      .omitEmpty()
      .doc('Not allowed.')
      .at(32),
    additionalItems: oneOnTheWire([2, self], [1, boolean()])
      .anyType(`${APIEXTENSIONS}.JSONSchemaPropsOrBool`)
      .optional()
      .at(33),
    definitions: map(self).omitEmpty().doc('Not allowed.').at(34),
    externalDocs: externalDocumentation.optional().at(35),
    example: anyJson.optional().at(36),
    nullable: boolean().omitEmpty().doc('Whether null is a value.').at(37),
    'x-kubernetes-preserve-unknown-fields': boolean()
      .optional()
      .doc('Keeps members that are not described; true or left out.')
      .at(38),
    'x-kubernetes-embedded-resource': boolean()
      .omitEmpty()
      .doc('The value is an object of Kubernetes, with apiVersion, kind and metadata.')
      .at(39),
    'x-kubernetes-int-or-string': boolean().omitEmpty().doc('The value is a whole number or a text.').at(40),
    'x-kubernetes-list-map-keys': list(string())
      .omitEmpty()
      .doc('Members by which items of a list are told apart.')
      .at(41),
    'x-kubernetes-list-type': string().optional().doc('How a list is merged: atomic, set or map.').at(42),
    'x-kubernetes-map-type': string().optional().doc('How an object is merged: granular or atomic.').at(43),
    'x-kubernetes-validations': listMap(validationRule, 'rule').omitEmpty().doc('Rules in CEL.').at(44),
  }),
);
