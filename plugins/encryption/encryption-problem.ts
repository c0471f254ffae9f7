import { fieldErrorsText } from '../../src/api/field-errors-text.ts';
import { forbidden, invalid, required, type FieldError } from '../../src/api/field-error.ts';
import type { EncryptionConfiguration, Key, ProviderConfiguration } from './encryption-configuration.ts';
import { groupResourceText, parseGroupResource } from './resource-of-key.ts';
import { resourceProblems } from './resource-problems.ts';

/** Why a configuration cannot be followed, in upstream's words and order; undefined where it can. Pure. */
export function encryptionProblem({ resources }: EncryptionConfiguration): string | undefined {
  if (resources.length === 0) return fieldErrorsText([required('resources', 'at least one resources is required')]);
  const problems = resources.flatMap((list, index) => {
    const [names, providers] = [`resources[${index}].resources`, `resources[${index}].providers`];
    return [
      ...(list.resources.length === 0 ? [required(names, `at least one ${names} is required`)] : []),
      ...resourceProblems(list.resources, names),
      ...(list.providers.length === 0 ? [required(providers, `at least one ${providers} is required`)] : []),
      ...list.providers.flatMap((provider, place) => providerProblems(provider, `${providers}[${place}]`)),
    ];
  });
  return fieldErrorsText(problems) ?? maskedProblem(resources);
}

function providerProblems(provider: ProviderConfiguration, at: string): readonly FieldError[] {
  const { aesgcm, aescbc, secretbox, identity, kms } = provider;
  const count = [aesgcm, aescbc, secretbox, identity, kms].filter(each => each !== undefined).length;
  const wrong = count === 1 ? [] : [invalid(at, shown(provider), count === 0 ? NONE : SEVERAL)];
  if (kms !== undefined) return [...wrong, forbidden(`${at}.kms`, 'this server does not ask others for keys')];
  if (aesgcm !== undefined) return [...wrong, ...keyProblems(aesgcm.keys, `${at}.aesgcm.keys`, AES_BYTES)];
  if (aescbc !== undefined) return [...wrong, ...keyProblems(aescbc.keys, `${at}.aescbc.keys`, AES_BYTES)];
  if (secretbox !== undefined) return [...wrong, ...keyProblems(secretbox.keys, `${at}.secretbox.keys`, [32])];
  return wrong;
}

const NONE = 'provider does not contain any of the expected providers: KMS, AESGCM, AESCBC, Secretbox, Identity';
const SEVERAL = 'more than one provider specified in a single element, should split into different list elements';
const AES_BYTES = [16, 24, 32];

/** As upstream prints it, by its types without a version; keys are none of whoever reads a log. */
const shown = ({ aesgcm, aescbc, secretbox, identity, kms }: ProviderConfiguration): unknown => ({
  AESGCM: shownKeys(aesgcm),
  AESCBC: shownKeys(aescbc),
  Secretbox: shownKeys(secretbox),
  Identity: identity ?? null,
  KMS: kms ?? null,
});
const shownKeys = (of: { readonly keys: readonly Key[] } | undefined): unknown =>
  of === undefined ? null : { Keys: of.keys.map(({ name }) => ({ Name: name, Secret: 'REDACTED' })) };

function keyProblems(keys: readonly Key[], at: string, lengths: readonly number[]): readonly FieldError[] {
  if (keys.length === 0) return [required(at, 'at least one keys is required')];
  return keys.flatMap(({ name, secret }, index) => [
    ...(name === '' ? [required(`${at}[${index}].name`, 'name is a mandatory field for a key')] : []),
    ...secretProblems(secret, `${at}[${index}].secret`, lengths),
  ]);
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function secretProblems(secret: string, at: string, lengths: readonly number[]): readonly FieldError[] {
  if (secret === '') return [required(at, 'secret is a mandatory field for a key')];
  // As Go reads it, whose decoder minds no ends of lines.
  if (!BASE64.test(secret.replace(/[\r\n]/g, ''))) return [invalid(at, 'REDACTED', 'secrets must be base64 encoded')];
  const { length } = Buffer.from(secret, 'base64');
  if (lengths.includes(length)) return [];
  const wrong = `secret is not of the expected length, got ${length}, expected one of [${lengths.join(' ')}]`;
  return [invalid(at, 'REDACTED', wrong)];
}

/** What an earlier list has taken whole cannot be meant by a later one. */
function maskedProblem(lists: EncryptionConfiguration['resources']): string | undefined {
  const taken = new Set<string>();
  for (const text of lists.flatMap(({ resources }) => resources)) {
    const named = parseGroupResource(text);
    const name = groupResourceText(named);
    const whole = [groupResourceText({ ...named, resource: '*' }), '*.*'].find(each => taken.has(each));
    if (whole !== undefined)
      return `resource ${JSON.stringify(name)} is masked by earlier rule ${JSON.stringify(whole)}`;
    taken.add(name);
  }
  return undefined;
}
