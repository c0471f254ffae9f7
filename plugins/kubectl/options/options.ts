import { globalFlagsText } from '../command/help-text.ts';
import type { Verb } from '../command/verb.ts';

export const optionsVerb: Verb = {
  usage: '',
  about: 'Print the list of flags inherited by all commands.',
  run: async ({ terminal }) => terminal.out(globalFlagsText()),
};
