import * as yaml from 'yaml';
import { expect, it } from 'vitest';
import { readPolicy } from './read-policy.ts';

const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n';
const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** In the words that a kube-apiserver 1.36.3 ends with. */
it.each([
  ['', 'unknown group version field audit.k8s.io/__internal, Kind=Policy in policy'],
  [
    'kind: Policy\nrules: [{level: Metadata}]',
    'unknown group version field audit.k8s.io/__internal, Kind=Policy in policy',
  ],
  [HEAD, 'loaded illegal policy with 0 rules'],
  [`${HEAD}rules: []`, 'loaded illegal policy with 0 rules'],
  [
    'apiVersion: audit.k8s.io/v1beta1\nkind: Policy\nrules: [{level: Metadata}]',
    'failed decoding: no kind "Policy" is registered for version "audit.k8s.io/v1beta1"',
  ],
  [
    'apiVersion: audit.k8s.io/v1\nkind: Foo',
    'failed decoding: no kind "Foo" is registered for version "audit.k8s.io/v1"',
  ],
  [
    `${HEAD}rules: {}`,
    'failed decoding: json: cannot unmarshal object into Go struct field Policy.rules of type []v1.PolicyRule',
  ],
  [
    `${HEAD}rules: [{level: Odd}]`,
    'rules[0].level: Unsupported value: "Odd": supported values: "None", "Metadata", "Request", "RequestResponse"',
  ],
  [
    `${HEAD}omitStages: [Foo]
rules:
- {}
- level: Metadata
  nonResourceURLs: ["foo", "/a*b", "*", ""]
  resources: [{group: "rbac/v1"}, {group: apps, resourceNames: [x]}]
  omitStages: [Bar]`,
    `[omitStages[0]: Invalid value: "Foo": allowed stages are RequestReceived,ResponseStarted,ResponseComplete,Panic, rules[0].level: Required value, rules[1].nonResourceURLs[0]: Invalid value: "foo": non-resource URL rules must begin with a '/' character, rules[1].nonResourceURLs[1]: Invalid value: "/a*b": non-resource URL wildcards '*' must be the final character of the rule, rules[1].nonResourceURLs[3]: Invalid value: "": non-resource URL rules must begin with a '/' character, rules[1].resources.group: Invalid value: "rbac/v1": ${SUBDOMAIN}, rules[1].resources.resourceNames: Invalid value: ["x"]: using resourceNames requires at least one resource, rules[1].omitStages[0]: Invalid value: "Bar": allowed stages are RequestReceived,ResponseStarted,ResponseComplete,Panic, rules[1].nonResourceURLs: Invalid value: ["foo","/a*b","*",""]: rules cannot apply to both regular resources and non-resource URLs]`,
  ],
])('refuses %j', (text, problem) => {
  expect(readPolicy(text, yaml)).toEqual({ problem });
});

it('passes over what it does not know, and says so', () => {
  const read = readPolicy(`${HEAD}rules: [{level: Metadata, odd: 5}]`, yaml);
  expect(read).toMatchObject({
    policy: { rules: [{ level: 'Metadata', users: [] }] },
    complaints: ['unknown field "rules[0].odd"'],
  });
});
