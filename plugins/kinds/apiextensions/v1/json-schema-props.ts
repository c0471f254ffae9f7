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
  recursive,
  string,
} from '../../../../src/schema/schema.ts';

const APIEXTENSIONS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';

const externalDocumentation = object({
  description: string().omitEmpty().doc('What is to be found there.'),
  url: string().omitEmpty().doc('Where.'),
})
  .named(`${APIEXTENSIONS}.ExternalDocumentation`)
  .doc('Documentation that is kept elsewhere.');

export const validationRule = object({
  rule: string().zero().doc('Expression in CEL that must be true; `self` is the value the schema is of.'),
  message: string().omitEmpty().doc('What is said where it is not.'),
  messageExpression: string().omitEmpty().doc('Expression in CEL that makes that text.'),
  reason: string().optional().doc('Reason that the cause is told with.'),
  fieldPath: string().omitEmpty().doc('Field that is complained about, below the value.'),
  optionalOldSelf: boolean().optional().doc('Whether `oldSelf` may be missing.'),
})
  .named(`${APIEXTENSIONS}.ValidationRule`)
  .doc('A rule in CEL.');
export type ValidationRule = Stored<typeof validationRule>;

/**
 * JSON Schema as OpenAPI 3.0 has it, with Kubernetes' extensions. What may be of two types is kept as it is; hence
 * definitions are read as JSON or YAML alone.
 */
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

export const jsonSchemaProps = recursive<JsonSchemaProps>(
  `${APIEXTENSIONS}.JSONSchemaProps`,
  'A schema: JSON Schema as OpenAPI 3.0 has it, with the extensions of Kubernetes.',
  self => ({
    id: string().omitEmpty().doc('Not used.'),
    $schema: string().omitEmpty().doc('Not used.'),
    $ref: string().optional().doc('Not allowed.'),
    description: string().omitEmpty().doc('What it describes; shown by clients.'),
    type: string().omitEmpty().doc('Type of the value: object, array, string, number, integer or boolean.'),
    format: string().omitEmpty().doc('Form of a text, or size of a number.'),
    title: string().omitEmpty().doc('Name for people.'),
    default: json().optional().doc('Stands in for a value that is left out.'),
    maximum: double().optional().doc('Largest number.'),
    exclusiveMaximum: boolean().omitEmpty().doc('Whether that itself is too large.'),
    minimum: double().optional().doc('Smallest number.'),
    exclusiveMinimum: boolean().omitEmpty().doc('Whether that itself is too small.'),
    maxLength: int64().optional().doc('Most characters.'),
    minLength: int64().optional().doc('Fewest characters.'),
    pattern: string().omitEmpty().doc('Regular expression, in the syntax of RE2, that a text must match.'),
    maxItems: int64().optional().doc('Most items.'),
    minItems: int64().optional().doc('Fewest items.'),
    uniqueItems: boolean().omitEmpty().doc('Not allowed.'),
    multipleOf: double().optional().doc('Number that must divide the value.'),
    enum: list(json()).omitEmpty().doc('The values there are.'),
    maxProperties: int64().optional().doc('Most members.'),
    minProperties: int64().optional().doc('Fewest members.'),
    required: list(string()).omitEmpty().doc('Members that must be there.'),
    items: json().optional().doc('Schema of the items.'),
    allOf: list(self).omitEmpty().doc('Schemas that must all hold.'),
    oneOf: list(self).omitEmpty().doc('Schemas of which exactly one must hold.'),
    anyOf: list(self).omitEmpty().doc('Schemas of which one must hold.'),
    not: self.optional().doc('A schema that must not hold.'),
    properties: map(self).omitEmpty().doc('Schemas of the members.'),
    additionalProperties: json().optional().doc('Schema of members that are not named; or whether there may be any.'),
    patternProperties: map(self).omitEmpty().doc('Not allowed.'),
    dependencies: map(json()).omitEmpty().doc('Not allowed.'),
    additionalItems: json().optional().doc('Not allowed.'),
    definitions: map(self).omitEmpty().doc('Not allowed.'),
    externalDocs: externalDocumentation.optional().doc('Where more is said.'),
    example: json().optional().doc('A value that is right.'),
    nullable: boolean().omitEmpty().doc('Whether null is a value.'),
    'x-kubernetes-preserve-unknown-fields': boolean()
      .optional()
      .doc('Keeps members that are not described; true or left out.'),
    'x-kubernetes-embedded-resource': boolean()
      .omitEmpty()
      .doc('The value is an object of Kubernetes, with apiVersion, kind and metadata.'),
    'x-kubernetes-int-or-string': boolean().omitEmpty().doc('The value is a whole number or a text.'),
    'x-kubernetes-list-map-keys': list(string()).omitEmpty().doc('Members by which items of a list are told apart.'),
    'x-kubernetes-list-type': string().optional().doc('How a list is merged: atomic, set or map.'),
    'x-kubernetes-map-type': string().optional().doc('How an object is merged: granular or atomic.'),
    'x-kubernetes-validations': listMap(validationRule, 'rule').omitEmpty().doc('Rules in CEL.'),
  }),
);
