import type { Verb } from '../command/verb.ts';

export const pluginVerb: Verb = {
  usage: '[flags]',
  about: 'Programs on PATH whose names begin with kubectl- are commands as well: kubectl-foo is `kubectl foo`.',
  subs: {
    list: {
      about: "List all visible plugin executables on a user's PATH",
      load: async () => (await import('./plugin-list.ts')).pluginListVerb,
    },
  },
};
