import { labelSelector } from '../../../../src/api/label-selector-schema.ts';
import { type Stored, object, oneOf, string } from '../../../../src/schema/schema.ts';

const GROUP = 'io.k8s.api.admissionregistration.v1';

export const paramKind = object({
  apiVersion: string().omitEmpty().doc('Group and version of the kind.').at(1),
  kind: string().omitEmpty().doc('The kind.').at(2),
})
  .named(`${GROUP}.ParamKind`)
  .atomic()
  .doc('Of which kind parameters are.');
export type ParamKind = Stored<typeof paramKind>;

export const paramRef = object({
  name: string().omitEmpty().doc('The object of this name, in place of a selector.').at(1),
  namespace: string().omitEmpty().doc('Namespace of parameters; that of the request unless given.').at(2),
  selector: labelSelector.optional().doc('All objects that it selects, in place of a name.').at(3),
  parameterNotFoundAction: oneOf('Deny', 'Allow')
    .choices()
    .optional()
    .doc('What becomes of requests where there is no parameter.')
    .at(4),
})
  .named(`${GROUP}.ParamRef`)
  .atomic()
  .doc('Which objects are parameters.');
export type ParamRef = Stored<typeof paramRef>;
