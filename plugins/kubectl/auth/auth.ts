import type { Verb } from '../command/verb.ts';

export const authVerb: Verb = {
  usage: '[flags]',
  about: 'Inspect authorization.',
  subs: {
    'can-i': { about: 'Check whether an action is allowed', load: async () => (await import('./can-i.ts')).canIVerb },
    reconcile: {
      about: 'Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects',
      load: async () => (await import('./reconcile.ts')).reconcileVerb,
    },
    whoami: {
      about: 'Experimental: Check self subject attributes',
      load: async () => (await import('./whoami.ts')).whoamiVerb,
    },
  },
};
