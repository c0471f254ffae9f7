import { domainPrefixedPathErrors } from '../../src/api/domain-prefixed-path.ts';
import { duplicate, invalid, required, type FieldError } from '../../src/api/field-error.ts';
import type { ClaimMappings, JwtAuthenticator, PrefixedClaimOrExpression } from './authentication-configuration.ts';
import {
  compileClaimRule,
  compileMapping,
  compileUserRule,
  type Compiled,
  type Expression,
} from './claim-expression.ts';
import { usesClaim } from './uses-claim.ts';

/** What makes a user of a token's claims. */
export interface ClaimSettings {
  readonly username: Mapping;
  /** Absent: tokens tell of no groups. */
  readonly groups?: Mapping;
  readonly uid?: Mapping;
  readonly extra: readonly { readonly key: string; readonly value: Expression }[];
  readonly required: ReadonlyMap<string, string>;
  readonly claimRules: readonly Rule[];
  readonly userRules: readonly Rule[];
}
export type Mapping = { readonly claim: string; readonly prefix: string } | Expression;
export interface Rule {
  readonly expression: Expression;
  readonly message: string;
}

/** Where complaints gather, so that all of them are told. */
type Complain = (...problems: readonly FieldError[]) => void;

/** Reads all expressions; what they come to is of use only where nothing was complained of. */
export function readClaimSettings(jwt: JwtAuthenticator, at: string, complain: Complain): ClaimSettings | undefined {
  const rules = readClaimRules(jwt.claimValidationRules, `${at}.claimValidationRules`, complain);
  const { claimMappings: given } = jwt;
  const mappings = `${at}.claimMappings`;
  const username = readMapping(given.username, `${mappings}.username`, complain);
  if (given.username.claim === '' && given.username.expression === '') {
    complain(required(`${mappings}.username`, 'claim or expression is required'));
  }
  const groups = readMapping(given.groups, `${mappings}.groups`, complain);
  const uid = readUid(given.uid, `${mappings}.uid`, complain);
  const extra = readExtra(given.extra, `${mappings}.extra`, complain);
  const mayTellVerified = [...rules.claimRules.map(rule => rule.expression), ...extra.map(each => each.value)];
  if (username !== undefined && 'program' in username && !tellsVerified(username, mayTellVerified)) {
    complain(invalid(`${mappings}.username.expression`, given.username.expression, NOT_VERIFIED));
  }
  const userRules = readUserRules(jwt.userValidationRules, `${at}.userValidationRules`, complain);
  if (username === undefined) return undefined;
  return {
    username,
    ...(groups === undefined ? {} : { groups }),
    ...(uid === undefined ? {} : { uid }),
    extra,
    ...rules,
    userRules,
  };
}

const NOT_VERIFIED =
  'claims.email_verified must be used in claimMappings.username.expression or claimMappings.extra[*].valueExpression or claimValidationRules[*].expression when claims.email is used in claimMappings.username.expression';

/** An address that nobody verified is a name that anybody can take. */
const tellsVerified = (username: Expression, others: readonly Expression[]): boolean =>
  !usesClaim(username.program.expr, 'email') ||
  [username, ...others].some(({ program }) => usesClaim(program.expr, 'email_verified'));

function readExpression(
  text: string,
  at: string,
  compile: (text: string) => Compiled,
  complain: Complain,
): Expression | undefined {
  const compiled = compile(text);
  if ('expression' in compiled) return compiled.expression;
  complain(invalid(at, text, compiled.problem));
  return undefined;
}

const BOTH = "claim and expression can't both be set";

function readMapping(given: PrefixedClaimOrExpression, at: string, complain: Complain): Mapping | undefined {
  const { claim, prefix, expression } = given;
  if (claim !== '' && expression !== '') complain(invalid(at, '', BOTH));
  else if (expression !== '') {
    if (prefix !== undefined) complain(invalid(`${at}.prefix`, prefix, 'may not be specified when expression is set'));
    const read = readExpression(expression, `${at}.expression`, compileMapping, complain);
    return prefix === undefined ? read : undefined;
  } else if (claim !== '') {
    if (prefix === undefined) complain(required(`${at}.prefix`, NO_PREFIX));
    return { claim, prefix: prefix ?? '' };
  }
  return undefined;
}

const NO_PREFIX = 'prefix is required when claim is set. It can be set to an empty string to disable prefixing';

function readUid({ claim, expression }: ClaimMappings['uid'], at: string, complain: Complain): Mapping | undefined {
  if (claim !== '' && expression !== '') complain(invalid(at, '', BOTH));
  else if (expression !== '') return readExpression(expression, `${at}.expression`, compileMapping, complain);
  else if (claim !== '') return { claim, prefix: '' };
  return undefined;
}

function readExtra(given: ClaimMappings['extra'], at: string, complain: Complain): ClaimSettings['extra'] {
  const seen = new Set<string>();
  return given.flatMap(({ key, valueExpression }, index) => {
    const here = `${at}[${index}]`;
    complain(...keyProblems(key, `${here}.key`, seen));
    if (seen.has(key)) return [];
    seen.add(key);
    if (valueExpression === '') {
      complain(required(`${here}.valueExpression`));
      return [];
    }
    const value = readExpression(valueExpression, `${here}.valueExpression`, compileMapping, complain);
    return value === undefined ? [] : [{ key, value }];
  });
}

const keyProblems = (key: string, at: string, seen: ReadonlySet<string>): readonly FieldError[] => [
  ...domainPrefixedPathErrors(key, at),
  ...(key === key.toLowerCase() ? [] : [invalid(at, key, 'must be lowercase')]),
  ...(/^(?:[^/]*\.)?(?:kubernetes|k8s)\.io\//.test(key) ? [invalid(at, key, RESERVED)] : []),
  ...(seen.has(key) ? [duplicate(at, key)] : []),
];

const RESERVED = 'k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use';

function readClaimRules(
  given: JwtAuthenticator['claimValidationRules'],
  at: string,
  complain: Complain,
): Pick<ClaimSettings, 'required' | 'claimRules'> {
  const wanted = new Map<string, string>();
  const seen = new Set<string>();
  const claimRules = given.flatMap(({ claim, requiredValue, expression, message }, index) => {
    const here = `${at}[${index}]`;
    if (claim !== '' && expression !== '') complain(invalid(here, claim, BOTH));
    else if (claim !== '') {
      if (message !== '') complain(invalid(`${here}.message`, message, 'may not be specified when claim is set'));
      if (wanted.has(claim)) complain(duplicate(`${here}.claim`, claim));
      wanted.set(claim, requiredValue);
    } else if (expression === '') complain(required(here, 'claim or expression is required'));
    else {
      if (requiredValue !== '') {
        complain(invalid(`${here}.requiredValue`, requiredValue, 'may not be specified when expression is set'));
      }
      return readRule({ expression, message }, here, seen, compileClaimRule, complain);
    }
    return [];
  });
  return { required: wanted, claimRules };
}

function readUserRules(
  given: JwtAuthenticator['userValidationRules'],
  at: string,
  complain: Complain,
): readonly Rule[] {
  const seen = new Set<string>();
  return given.flatMap((rule, index) => {
    const here = `${at}[${index}]`;
    if (rule.expression !== '') return readRule(rule, here, seen, compileUserRule, complain);
    complain(required(`${here}.expression`));
    return [];
  });
}

function readRule(
  { expression, message }: JwtAuthenticator['userValidationRules'][number],
  at: string,
  seen: Set<string>,
  compile: (text: string) => Compiled,
  complain: Complain,
): readonly Rule[] {
  if (seen.has(expression)) {
    complain(duplicate(`${at}.expression`, expression));
    return [];
  }
  seen.add(expression);
  const read = readExpression(expression, `${at}.expression`, compile, complain);
  return read === undefined ? [] : [{ expression: read, message }];
}
