import { expect, it } from 'vitest';
import { fieldErrorBody, type FieldError } from '../../../../src/api/field-error.ts';
import { validateAccessReview, validateLocalAccessReview, validateSelfAccessReview } from './validate-access-review.ts';

const say = (errors: readonly FieldError[]): readonly string[] =>
  errors.map(error => `${error.field}: ${fieldErrorBody(error)}`);
const resourceAttributes = { verb: 'get', resource: 'pods' };
const nonResourceAttributes = { path: '/x', verb: 'get' };
const NEITHER =
  'spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified';
const VALUES = "must be specified when `operator` is 'In' or 'NotIn'";

it.each([
  [{ resourceAttributes }, {}, []],
  [{ resourceAttributes }, { creationTimestamp: null, managedFields: [] }, []],
  [{}, {}, [NEITHER]],
  [{ resourceAttributes }, { name: 'x' }, ['metadata: Invalid value: {"name":"x"}: must be empty']],
  [
    { resourceAttributes, nonResourceAttributes },
    {},
    [
      'spec.nonResourceAttributes: Invalid value: {"Path":"/x","Verb":"get"}: cannot be specified in combination with resourceAttributes',
    ],
  ],
  [
    {
      resourceAttributes: {
        labelSelector: {},
        fieldSelector: { rawSelector: 'a', requirements: [{ key: '', operator: 'In' }] },
      },
    },
    {},
    [
      'spec.resourceAttributes.fieldSelector.rawSelector: Invalid value: "a": may not specified at the same time as requirements',
      'spec.resourceAttributes.fieldSelector.requirements[0].key: Required value: must be specified',
      `spec.resourceAttributes.fieldSelector.requirements[0].values: Required value: ${VALUES}`,
      'spec.resourceAttributes.labelSelector.requirements: Required value: when spec.resourceAttributes.labelSelector is specified, requirements or rawSelector is required',
    ],
  ],
  [
    {
      resourceAttributes: {
        labelSelector: {
          requirements: [
            { key: 'a', operator: 'Near' },
            { key: 'b', operator: 'In' },
          ],
        },
      },
    },
    {},
    [`spec.resourceAttributes.labelSelector.requirements[1].values: Required value: ${VALUES}`],
  ],
])('of oneself: %j %j', (spec, metadata, errors) => {
  expect(say(validateSelfAccessReview(spec, metadata))).toEqual(errors);
});

it('of another, who is said', () => {
  const nobody = 'spec.user: Invalid value: "": at least one of user or group must be specified';
  expect(say(validateAccessReview({}, {}))).toEqual([NEITHER, nobody]);
  const zero = { name: '', generation: 0, creationTimestamp: null, managedFields: [{}] };
  expect(validateAccessReview({ resourceAttributes, groups: ['g'] }, zero)).toEqual([]);
});

it('within a namespace, on resources of that namespace', () => {
  const within = { namespace: 'n' };
  const inside = { ...resourceAttributes, namespace: 'n' };
  expect(validateLocalAccessReview({ user: 'u', resourceAttributes: inside }, within)).toEqual([]);
  const named = { ...within, name: 'x' };
  expect(say(validateLocalAccessReview({ user: 'u', resourceAttributes }, named))).toEqual([
    'metadata: Invalid value: {"namespace":"n","name":"x"}: must be empty except for namespace',
    'spec.resourceAttributes.namespace: Invalid value: "": must match metadata.namespace',
  ]);
  expect(say(validateLocalAccessReview({ user: 'u', nonResourceAttributes }, within))).toEqual([
    'spec.nonResourceAttributes: Invalid value: {"Path":"/x","Verb":"get"}: disallowed on this kind of request',
  ]);
});
