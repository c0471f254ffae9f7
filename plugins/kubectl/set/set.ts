import type { Verb } from '../command/verb.ts';

export const setVerb: Verb = {
  usage: 'SUBCOMMAND',
  about: 'Configure application resources.',
  subs: {
    env: {
      about: 'Update environment variables on a pod template',
      load: async () => (await import('./env.ts')).setEnvVerb,
    },
    image: { about: 'Update the image of a pod template', load: async () => (await import('./image.ts')).setImageVerb },
    resources: {
      about: 'Update resource requests/limits on objects with pod templates',
      load: async () => (await import('./resources.ts')).setResourcesVerb,
    },
    selector: {
      about: 'Set the selector on a resource',
      load: async () => (await import('./selector.ts')).setSelectorVerb,
    },
    serviceaccount: {
      about: 'Update the service account of a resource',
      aliases: ['sa'],
      load: async () => (await import('./service-account.ts')).setServiceAccountVerb,
    },
    subject: {
      about: 'Update the user, group, or service account in a role binding or cluster role binding',
      load: async () => (await import('./subject.ts')).setSubjectVerb,
    },
  },
};
