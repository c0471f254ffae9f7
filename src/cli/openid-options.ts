import { option, type ServerOption } from './server-option.ts';

/** Named as kube-apiserver's flags; what they are unless said is upstream's too. */
export const OPENID_OPTIONS: readonly ServerOption[] = [
  option(
    'authenticationConfig',
    'text',
    '',
    'file of issuers whose tokens name users, and of who need not be anybody; read again when it changes',
  ),
  option('oidcIssuerUrl', 'text', '', 'https URL of an OpenID Connect issuer whose tokens name users'),
  option('oidcClientId', 'text', '', 'audience that those tokens are for'),
  option('oidcUsernameClaim', 'text', 'sub', 'claim that holds the user’s name'),
  option(
    'oidcUsernamePrefix',
    'text',
    '',
    'what it is put after; when empty <issuer># unless the claim is email; “-”: nothing',
  ),
  option('oidcGroupsClaim', 'text', '', 'claim that holds the user’s groups, a text or a list of them'),
  option('oidcGroupsPrefix', 'text', '', 'what each of them is put after'),
  option('oidcCaFile', 'text', '', 'CAs that may vouch for the issuer; those of this machine when empty'),
  option('oidcRequiredClaim', 'list', [], 'claim that a token must have, key=value; may be given more than once'),
  option('oidcSigningAlgs', 'list', ['RS256'], 'algorithms that tokens may be signed by, with commas between'),
];

/** Whether any is set to something of its own. */
export const isOpenIdAsked = (settings: Readonly<Record<string, unknown>>): boolean =>
  OPENID_OPTIONS.some(
    ({ key, default: fallback }) => JSON.stringify(settings[key] ?? fallback) !== JSON.stringify(fallback),
  );
