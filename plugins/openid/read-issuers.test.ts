import * as yaml from 'yaml';
import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../../src/api/codec/read-configuration.ts';
import { AUTHENTICATION_CONFIGURATION } from './authentication-configuration.ts';
import { readIssuers } from './read-issuers.ts';

const OWN = 'https://kubernetes.default.svc';
const HEAD = 'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n';
const decoded = (text: string) => readConfiguration(text, yaml, AUTHENTICATION_CONFIGURATION);
function read(text: string) {
  const found = decoded(HEAD + text);
  if ('problem' in found) throw new Error(found.problem);
  return readIssuers(found.configuration, { ownIssuer: OWN, algorithms: ['RS256'] });
}

describe('a file that is none', () => {
  /** In the words that upstream 1.36.3 decodes with, but for the name of a source file of its own. */
  it.each([
    ['kind: AuthenticationConfiguration', "Object 'apiVersion' is missing in 'kind: AuthenticationConfiguration'"],
    ['apiVersion: apiserver.config.k8s.io/v1', "Object 'Kind' is missing in 'apiVersion: apiserver.config.k8s.io/v1'"],
    [
      'apiVersion: apiserver.config.k8s.io/v2\nkind: AuthenticationConfiguration',
      'no kind "AuthenticationConfiguration" is registered for version "apiserver.config.k8s.io/v2"',
    ],
    [
      `${HEAD}jwt: []\nfoo: 1\njwt: []`,
      'strict decoding error: yaml: unmarshal errors:\n  line 5: key "jwt" already set in map, unknown field "foo"',
    ],
    [
      `${HEAD}jwt: 1`,
      'json: cannot unmarshal number into Go struct field AuthenticationConfiguration.jwt of type []v1.JWTAuthenticator',
    ],
  ])('%j is refused', (text, problem) => {
    expect(decoded(text)).toEqual({ problem });
  });

  it.each(['v1', 'v1beta1', 'v1alpha1'])('may be of version %s', version => {
    expect(decoded(HEAD.replace('v1', version))).toMatchObject({ configuration: { jwt: [] } });
  });
});

const cel = (text: string, at: number, problem: string): string =>
  `compilation failed: ERROR: <input>:1:${at}: ${problem}\n | ${text}\n | ${'.'.repeat(at - 1)}^`;
const unknown = (name: string): string => `undeclared reference to '${name}' (in container '')`;
const PREFIX = 'prefix is required when claim is set. It can be set to an empty string to disable prefixing';

/** Each in the words and order of upstream's own validation, which was given the same. */
describe('what cannot be followed', () => {
  const told = (text: string): unknown => {
    const found = read(text);
    if (!('problem' in found)) return found;
    return found.problem.replace(/^\[|\]$/g, '').split(/, (?=jwt\[|anonymous)/);
  };
  const url = (at: string, text: string) =>
    [
      'URL scheme must be https',
      'URL must not contain a username or password',
      'URL must not contain a query',
      'URL must not contain a fragment',
    ].map(problem => `${at}: Invalid value: ${JSON.stringify(text)}: ${problem}`);

  it('of issuers', () => {
    const text = `
anonymous: {enabled: false, conditions: [{path: /a}]}
jwt:
- issuer: {url: "", audiences: []}
  claimMappings: {username: {claim: a}}
- issuer: {url: "${OWN}", audiences: [""]}
  claimMappings: {username: {claim: a, prefix: "", expression: "1"}}
- issuer: {url: "http://a:b@x?a#b", audiences: [a, a], discoveryURL: "http://a:b@x?a#b/", certificateAuthority: x, egressSelectorType: foo}
  claimMappings: {username: {claim: "", prefix: "", expression: ""}}
- issuer: {url: "https://x", audiences: [a], audienceMatchPolicy: foo, discoveryURL: "https://x/"}
  claimMappings: {username: {claim: a, prefix: ""}}
- issuer: {url: "https://x", audiences: [a, b], discoveryURL: "https://x/"}
  claimMappings: {username: {claim: a, prefix: ""}}`;
    expect(told(text)).toEqual([
      'jwt[0].issuer.url: Required value',
      'jwt[0].issuer.audiences: Required value: at least one jwt[0].issuer.audiences is required',
      `jwt[0].claimMappings.username.prefix: Required value: ${PREFIX}`,
      `jwt[1].issuer.url: Invalid value: "${OWN}": URL must not overlap with disallowed issuers: [${OWN}]`,
      'jwt[1].issuer.audiences[0]: Required value',
      `jwt[1].claimMappings.username: Invalid value: "": claim and expression can't both be set`,
      ...url('jwt[2].issuer.url', 'http://a:b@x?a#b'),
      'jwt[2].issuer.discoveryURL: Invalid value: "http://a:b@x?a#b/": discoveryURL must be different from URL',
      ...url('jwt[2].issuer.discoveryURL', 'http://a:b@x?a#b/'),
      'jwt[2].issuer.audiences[1]: Duplicate value: "a"',
      'jwt[2].issuer.audienceMatchPolicy: Invalid value: "": audienceMatchPolicy must be MatchAny for multiple audiences',
      'jwt[2].issuer.certificateAuthority: Invalid value: "<omitted>": data does not contain any valid RSA or ECDSA certificates',
      'jwt[2].issuer.egressSelectorType: Invalid value: "foo": egress selector must be either controlplane or cluster',
      'jwt[2].claimMappings.username: Required value: claim or expression is required',
      'jwt[3].issuer.discoveryURL: Invalid value: "https://x/": discoveryURL must be different from URL',
      'jwt[3].issuer.audienceMatchPolicy: Invalid value: "foo": audienceMatchPolicy must be empty or MatchAny for single audience',
      'jwt[4].issuer.discoveryURL: Invalid value: "https://x/": discoveryURL must be different from URL',
      'jwt[4].issuer.audienceMatchPolicy: Invalid value: "": audienceMatchPolicy must be MatchAny for multiple audiences',
      'jwt[4].issuer.url: Duplicate value: "https://x"',
      'jwt[4].issuer.discoveryURL: Duplicate value: "https://x/"',
      'anonymous.conditions: Invalid value: [{"Path":"/a"}]: enabled should be set to true when conditions are defined',
    ]);
  });

  it('of claims and users', () => {
    const text = `
jwt:
- issuer: {url: "https://x", audiences: [a]}
  claimValidationRules: [{claim: a, expression: b}, {}, {claim: a, message: b}, {claim: a, requiredValue: x}, {expression: "claims.a", requiredValue: x}, {expression: "claims.a == 'b'"},{expression: "claims.a == 'b'"},{expression: "claims.a =="},{expression: "user.name == 'a'"}]
  claimMappings:
    username: {prefix: "a", expression: "claims.email"}
    groups: {claim: a}
    uid: {claim: a, expression: b}
    extra: [{key: "", valueExpression: ""}, {key: foo, valueExpression: x}, {key: "example.org/Foo", valueExpression: "1"}, {key: "a.k8s.io/foo", valueExpression: "'a'"},{key: "a.k8s.io/foo", valueExpression: "'a'"}, {key: "b.com/x", valueExpression: "x"}]
  userValidationRules: [{expression: ""}, {expression: "user.foo"}, {expression: "user.username"},{expression: "user.username == 'x'"},{expression: "user.username == 'x'"}, {expression: "claims.a == 'b'"}]`;
    const RESERVED = 'k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use';
    expect(told(text)).toEqual([
      `jwt[0].claimValidationRules[0]: Invalid value: "a": claim and expression can't both be set`,
      'jwt[0].claimValidationRules[1]: Required value: claim or expression is required',
      'jwt[0].claimValidationRules[2].message: Invalid value: "b": may not be specified when claim is set',
      'jwt[0].claimValidationRules[3].claim: Duplicate value: "a"',
      'jwt[0].claimValidationRules[4].requiredValue: Invalid value: "x": may not be specified when expression is set',
      'jwt[0].claimValidationRules[4].expression: Invalid value: "claims.a": must evaluate to bool',
      `jwt[0].claimValidationRules[6].expression: Duplicate value: "claims.a == 'b'"`,
      `jwt[0].claimValidationRules[7].expression: Invalid value: "claims.a ==": ${cel('claims.a ==', 12, "Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}")}`,
      `jwt[0].claimValidationRules[8].expression: Invalid value: "user.name == 'a'": ${cel("user.name == 'a'", 1, unknown('user'))}`,
      'jwt[0].claimMappings.username.prefix: Invalid value: "a": may not be specified when expression is set',
      `jwt[0].claimMappings.groups.prefix: Required value: ${PREFIX}`,
      `jwt[0].claimMappings.uid: Invalid value: "": claim and expression can't both be set`,
      'jwt[0].claimMappings.extra[0].key: Required value',
      'jwt[0].claimMappings.extra[0].valueExpression: Required value',
      'jwt[0].claimMappings.extra[1].key: Invalid value: "foo": must be a domain-prefixed path (such as "acme.io/foo")',
      `jwt[0].claimMappings.extra[1].valueExpression: Invalid value: "x": ${cel('x', 1, unknown('x'))}`,
      'jwt[0].claimMappings.extra[2].key: Invalid value: "example.org/Foo": must be lowercase',
      `jwt[0].claimMappings.extra[3].key: Invalid value: "a.k8s.io/foo": ${RESERVED}`,
      `jwt[0].claimMappings.extra[4].key: Invalid value: "a.k8s.io/foo": ${RESERVED}`,
      'jwt[0].claimMappings.extra[4].key: Duplicate value: "a.k8s.io/foo"',
      `jwt[0].claimMappings.extra[5].valueExpression: Invalid value: "x": ${cel('x', 1, unknown('x'))}`,
      'jwt[0].userValidationRules[0].expression: Required value',
      `jwt[0].userValidationRules[1].expression: Invalid value: "user.foo": ${cel('user.foo', 5, "undefined field 'foo'")}`,
      'jwt[0].userValidationRules[2].expression: Invalid value: "user.username": must evaluate to bool',
      `jwt[0].userValidationRules[4].expression: Duplicate value: "user.username == 'x'"`,
      `jwt[0].userValidationRules[5].expression: Invalid value: "claims.a == 'b'": ${cel("claims.a == 'b'", 1, unknown('claims'))}`,
    ]);
  });

  const named = (username: string, more = '') =>
    `jwt: [{issuer: {url: "https://x", audiences: [a]}, claimMappings: {username: {expression: "${username}"}${more}}}]`;
  it.each([
    ['claims.email', false],
    ['claims.?email.orValue(claims.sub)', false],
    ["has(claims.email) ? claims.email : 'x'", false],
    ["claims['email']", true],
    ['claims.email_verified ? claims.email : claims.sub', true],
    ['claims.?email_verified.orValue(true) == true ? claims.email : claims.sub', true],
    ['claims.other.email', true],
  ])('%s names users: %s', (username, isTaken) => {
    const about = 'claims.email_verified must be used in claimMappings.username.expression or';
    expect(told(named(username))).toEqual(
      isTaken ? { issuers: [expect.anything()] } : [expect.stringContaining(about)],
    );
  });

  it('nor an address that only others look into, unless they ask whether it is verified', () => {
    const extra = ', extra: [{key: "x.test/y", valueExpression: "claims.email_verified ? \'a\' : \'b\'"}]';
    expect(told(named('claims.email', extra))).toEqual({ issuers: [expect.anything()] });
  });

  it('more issuers than 64', () => {
    const one = (index: number) =>
      `- {issuer: {url: "https://x/${index}", audiences: [a]}, claimMappings: {username: {claim: a, prefix: ""}}}`;
    const many = (count: number) => `jwt:\n${Array.from({ length: count }, (_, index) => one(index)).join('\n')}`;
    expect(read(many(64))).toMatchObject({ issuers: { length: 64 } });
    expect(read(many(65))).toEqual({ problem: 'jwt: Too many: 65: must have at most 64 items' });
  });
});
