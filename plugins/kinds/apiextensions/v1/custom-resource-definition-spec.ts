import {
  type Stored,
  boolean,
  bytes,
  int32,
  int64,
  list,
  listMap,
  object,
  string,
  time,
} from '../../../../src/schema/schema.ts';
import { jsonSchemaProps } from './json-schema-props.ts';

const APIEXTENSIONS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';

export const customResourceDefinitionNames = object({
  plural: string().zero().doc('Name in paths: lower case, plural.').at(1),
  singular: string().omitEmpty().doc('Name of one on the command line; the kind in lower case unless given.').at(2),
  kind: string().zero().doc('Name of the kind in objects.').at(4),
  listKind: string().omitEmpty().doc('Name of its lists; the kind and `List` unless given.').at(5),
  shortNames: list(string()).omitEmpty().doc('Short names on the command line.').at(3),
  categories: list(string()).omitEmpty().doc('Groups of kinds it is listed with, such as `all`.').at(6),
})
  .named(`${APIEXTENSIONS}.CustomResourceDefinitionNames`)
  .doc('What a kind is called.');
export type CustomResourceDefinitionNames = Stored<typeof customResourceDefinitionNames>;

const customResourceColumnDefinition = object({
  name: string().zero().doc('Heading.').at(1),
  type: string().zero().doc('Type of the cells: integer, number, string, boolean or date.').at(2),
  format: string().omitEmpty().doc('Form of the cells.').at(3),
  description: string().omitEmpty().doc('What it shows.').at(4),
  priority: int32().omitEmpty().doc('Above 0: shown in wide tables only.').at(5),
  jsonPath: string().zero().doc('Where in an object the cell is found.').at(6),
})
  .named(`${APIEXTENSIONS}.CustomResourceColumnDefinition`)
  .doc('A column of printed tables.');
export type CustomResourceColumnDefinition = Stored<typeof customResourceColumnDefinition>;

const customResourceSubresourceScale = object({
  specReplicasPath: string().zero().doc('Where the wanted number is: a path below `.spec`.').at(1),
  statusReplicasPath: string().zero().doc('Where the present number is: a path below `.status`.').at(2),
  labelSelectorPath: string().optional().doc('Where a label selector is, as text.').at(3),
})
  .named(`${APIEXTENSIONS}.CustomResourceSubresourceScale`)
  .doc('What of an object its scale is.');

const customResourceSubresourceStatus = object({})
  .named(`${APIEXTENSIONS}.CustomResourceSubresourceStatus`)
  .doc('There is a status subresource.');

const customResourceSubresources = object({
  status: customResourceSubresourceStatus.optional().doc('Serves `/status`.').at(1),
  scale: customResourceSubresourceScale.optional().doc('Serves `/scale`.').at(2),
})
  .named(`${APIEXTENSIONS}.CustomResourceSubresources`)
  .doc('Subresources of a kind.');

const customResourceValidation = object({
  openAPIV3Schema: jsonSchemaProps.optional().doc('Schema of whole objects.').at(1),
})
  .named(`${APIEXTENSIONS}.CustomResourceValidation`)
  .doc('What objects are held against.');

const selectableField = object({
  jsonPath: string().zero().doc('Path of a field of type string, integer or boolean.').at(1),
})
  .named(`${APIEXTENSIONS}.SelectableField`)
  .doc('A field that field selectors may name.');

export const customResourceDefinitionVersion = object({
  name: string().zero().doc('Name of the version: v1, v1beta1 and the like.').at(1),
  served: boolean().zero().doc('Whether clients may use it.').at(2),
  storage: boolean().zero().doc('Whether objects are stored in it; of one version alone.').at(3),
  schema: customResourceValidation.optional().doc('What its objects are held against.').at(4),
  subresources: customResourceSubresources.optional().doc('Its subresources.').at(5),
  additionalPrinterColumns: list(customResourceColumnDefinition)
    .omitEmpty()
    .doc('Columns of printed tables; the age unless given.')
    .at(6),
  deprecated: boolean().omitEmpty().doc('Whoever uses it is warned.').at(7),
  deprecationWarning: string().optional().doc('Of what, where not in the usual words.').at(8),
  selectableFields: list(selectableField).omitEmpty().doc('Fields that field selectors may name.').at(9),
})
  .named(`${APIEXTENSIONS}.CustomResourceDefinitionVersion`)
  .doc('A version of a kind.');
export type CustomResourceDefinitionVersion = Stored<typeof customResourceDefinitionVersion>;

const serviceReference = object({
  namespace: string().zero().doc('Its namespace.').at(1),
  name: string().zero().doc('Its name.').at(2),
  path: string().optional().doc('Path of requests.').at(3),
  port: int32().default(443).doc('Its port.').at(4),
})
  .named(`${APIEXTENSIONS}.ServiceReference`)
  .doc('A Service that is asked.');

const webhookClientConfig = object({
  service: serviceReference.optional().doc('The Service to ask.').at(1),
  caBundle: bytes().omitEmpty().doc('PEM of who signs the certificate of whom is asked.').at(2),
  url: string().optional().doc('Address to ask, in place of a Service.').at(3),
})
  .named(`${APIEXTENSIONS}.WebhookClientConfig`)
  .doc('How a webhook is reached.');

const webhookConversion = object({
  clientConfig: webhookClientConfig.optional().doc('How the webhook is reached.').at(2),
  conversionReviewVersions: list(string()).zero().doc('Versions of ConversionReview it knows, best first.').at(3),
})
  .named(`${APIEXTENSIONS}.WebhookConversion`)
  .doc('A webhook that converts.');

export const customResourceConversion = object({
  strategy: string().zero().doc('None: only apiVersion is changed. Webhook: somebody else converts.').at(1),
  webhook: webhookConversion.optional().doc('Who converts.').at(2),
})
  .named(`${APIEXTENSIONS}.CustomResourceConversion`)
  .doc('How objects of one version become those of another.');
export type CustomResourceConversion = Stored<typeof customResourceConversion>;

export const customResourceDefinitionSpec = object({
  group: string().zero().doc('API group of the kind.').at(1),
  scope: string().zero().doc('Namespaced or Cluster.').at(4),
  versions: list(customResourceDefinitionVersion).zero().doc('Its versions.').at(7),
  names: customResourceDefinitionNames.zero().doc('What the kind is called.').at(3),
  conversion: customResourceConversion.optional().doc('How versions become others.').at(9),
  preserveUnknownFields: boolean().omitEmpty().doc('Not allowed; only for objects of before v1.').at(10),
})
  .named(`${APIEXTENSIONS}.CustomResourceDefinitionSpec`)
  .doc('A kind that is to be served.');
export type CustomResourceDefinitionSpec = Stored<typeof customResourceDefinitionSpec>;

const customResourceDefinitionCondition = object({
  type: string().zero().doc('Name of the aspect.').at(1),
  status: string<'True' | 'False' | 'Unknown'>().zero().doc('Whether it holds: True, False or Unknown.').at(2),
  lastTransitionTime: time().optional().doc('When the status changed last.').at(3),
  reason: string().omitEmpty().doc('Why, in one word.').at(4),
  message: string().omitEmpty().doc('Why, for people.').at(5),
  observedGeneration: int64().omitEmpty().doc('Generation the condition speaks of.').at(6),
})
  .named(`${APIEXTENSIONS}.CustomResourceDefinitionCondition`)
  .doc('One aspect of the state of a definition.');
export type CustomResourceDefinitionCondition = Stored<typeof customResourceDefinitionCondition>;

export const customResourceDefinitionStatus = object({
  conditions: listMap(customResourceDefinitionCondition, 'type')
    .patchKey(null)
    .orNull()
    .doc('Aspects of its state.')
    .at(1),
  acceptedNames: customResourceDefinitionNames.expected().doc('The names it is served by.').at(2),
  storedVersions: list(string()).orNull().doc('Versions that objects may be stored in.').at(3),
  observedGeneration: int64().omitEmpty().doc('Generation the status speaks of.').at(4),
})
  .named(`${APIEXTENSIONS}.CustomResourceDefinitionStatus`)
  .doc('How a definition fares.');
export type CustomResourceDefinitionStatus = Stored<typeof customResourceDefinitionStatus>;
