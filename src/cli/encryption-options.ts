import { option, type ServerOption } from './server-option.ts';

/** Named as kube-apiserver's flags. */
export const ENCRYPTION_OPTIONS: readonly ServerOption[] = [
  option('encryptionProviderConfig', 'text', '', 'file that says which objects are encrypted in the store, and how'),
  option('encryptionProviderConfigAutomaticReload', 'boolean', false, 'read that file again when it changes'),
];

/** Whether it is, or half of it, for it to complain. */
export const isEncryptionAsked = (settings: Readonly<Record<string, unknown>>): boolean =>
  (settings['encryptionProviderConfig'] ?? '') !== '' || settings['encryptionProviderConfigAutomaticReload'] === true;
