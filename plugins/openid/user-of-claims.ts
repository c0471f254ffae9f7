import { own } from '../../src/base/is-record.ts';
import type { UserInfo } from '../../src/api/user-info.ts';
import { CelList, type CelValue } from '../../src/cel/cel-value.ts';
import { evaluate, type Expression } from './claim-expression.ts';
import type { ClaimSettings, Mapping, Rule } from './claim-settings.ts';
import { ClaimMap } from './claim-values.ts';
import { OpenIdTokenError } from './token-error.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** The user that verified claims name. Throws `OpenIdTokenError`. `null` is nothing, as Go reads it. */
export function userOfClaims(claims: Claims, settings: ClaimSettings): UserInfo {
  const seen = { claims: new ClaimMap(claims) };
  const name = nameOf(claims, seen, settings.username);
  const groups = groupsOf(claims, seen, settings.groups);
  const uid = settings.uid === undefined ? '' : uidOf(claims, seen, settings.uid);
  const extra = extraOf(claims, seen, settings.extra);
  requireClaims(claims, settings.required);
  requireRules(settings.claimRules, seen, 'error evaluating claim validation expression: ');
  if (settings.userRules.length > 0) {
    const user = { username: name, uid, groups, extra: new ClaimMap(extra) };
    requireRules(settings.userRules, { user }, 'error evaluating user info validation rule: ');
  }
  return {
    name,
    ...(uid === '' ? {} : { uid }),
    groups: groups.some(group => KNOWN.has(group)) ? groups : [...groups, 'system:authenticated'],
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

const KNOWN: ReadonlySet<string> = new Set(['system:authenticated', 'system:unauthenticated']);

/** As variables of expressions. */
type Seen = Readonly<Record<'claims', ClaimMap>>;

function nameOf(claims: Claims, seen: Seen, mapping: Mapping): string {
  if ('program' in mapping) {
    const name = evaluatedText(mapping, seen, 'username');
    if (name === '') throw new OpenIdTokenError('empty username via CEL expression is not allowed');
    return name;
  }
  const { claim, prefix } = mapping;
  const what = `parse username claims ${JSON.stringify(claim)}`;
  const name = prefix + textOf(claims, claim, what);
  if (name === '') throw new OpenIdTokenError(`${what}: the name is empty`);
  if (claim === 'email' && Object.hasOwn(claims, 'email_verified')) {
    const isVerified = own(claims, 'email_verified') ?? false;
    if (typeof isVerified !== 'boolean') throw new OpenIdTokenError("parse 'email_verified' claim: not a boolean");
    if (!isVerified) throw new OpenIdTokenError('email not verified');
  }
  return name;
}

function groupsOf(claims: Claims, seen: Seen, mapping: Mapping | undefined): readonly string[] {
  if (mapping === undefined) return [];
  if ('program' in mapping) {
    const what = 'error evaluating group claim expression: ';
    return textsOf(evaluate(mapping, seen, what), what);
  }
  const given = own(claims, mapping.claim) ?? [];
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  return list.map(each => {
    if (typeof each === 'string') return mapping.prefix + each;
    throw new OpenIdTokenError(
      `parse groups claim ${JSON.stringify(mapping.claim)}: not a string or an array of strings`,
    );
  });
}

function uidOf(claims: Claims, seen: Seen, mapping: Mapping): string {
  if ('program' in mapping) return evaluatedText(mapping, seen, 'uid');
  return textOf(claims, mapping.claim, `parse uid claim ${JSON.stringify(mapping.claim)}`);
}

function extraOf(
  claims: Claims,
  seen: Seen,
  extra: ClaimSettings['extra'],
): Readonly<Record<string, readonly string[]>> {
  const tokenId = own(claims, 'jti');
  const found = extra.map(({ key, value }) => {
    const what = `error evaluating extra claim expression: ${value.text}: `;
    return [key, textsOf(evaluate(value, seen, ''), what)] as const;
  });
  return Object.fromEntries([
    ...(typeof tokenId === 'string' && tokenId !== '' ? [[CREDENTIAL_ID, [`JTI=${tokenId}`]] as const] : []),
    ...found.filter(([, texts]) => texts.length > 0),
  ]);
}

const CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id';

function requireClaims(claims: Claims, required: ClaimSettings['required']): void {
  for (const [claim, wanted] of required) {
    if (!Object.hasOwn(claims, claim)) throw new OpenIdTokenError(`required claim ${claim} not present in ID token`);
    const value = textOf(claims, claim, `parse claim ${claim}`);
    if (value !== wanted) {
      throw new OpenIdTokenError(`required claim ${claim} value does not match. Got = ${value}, want = ${wanted}`);
    }
  }
}

/** What cannot be told of any of them is told first. */
function requireRules(rules: readonly Rule[], variables: Readonly<Record<string, unknown>>, what: string): void {
  const outcomes = rules.map(rule => ({ rule, value: evaluate(rule.expression, variables, what) }));
  const failed = outcomes.find(({ value }) => value !== true);
  if (failed === undefined) return;
  const { expression, message } = failed.rule;
  throw new OpenIdTokenError(`${what}validation expression '${expression.text}' failed: ${message}`);
}

function evaluatedText(expression: Expression, seen: Seen, of: 'username' | 'uid'): string {
  const what = `error evaluating ${of} claim expression: `;
  const value = evaluate(expression, seen, what);
  if (typeof value === 'string') return value;
  throw new OpenIdTokenError(`${what}${of} claim expression must return a string`);
}

/** A text or a list of texts; empty ones are none, and null is none at all. */
function textsOf(value: CelValue, what: string): readonly string[] {
  if (value === null) return [];
  const texts = value instanceof CelList ? [...value] : [value];
  return texts.filter((text): text is string => {
    if (typeof text === 'string') return text !== '';
    throw new OpenIdTokenError(`${what}expression must return a string or a list of strings`);
  });
}

function textOf(claims: Claims, claim: string, what: string): string {
  if (!Object.hasOwn(claims, claim)) throw new OpenIdTokenError(`${what}: claim not present`);
  const value = own(claims, claim) ?? '';
  if (typeof value === 'string') return value;
  throw new OpenIdTokenError(`${what}: not a string`);
}
