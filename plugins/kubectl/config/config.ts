import type { Verb } from '../command/verb.ts';

export const configVerb: Verb = {
  usage: 'SUBCOMMAND',
  about: 'Modify kubeconfig files using subcommands like "kubectl config set current-context my-context".',
  subs: {
    'current-context': {
      about: 'Display the current-context',
      load: async () => (await import('./use-context.ts')).currentContextVerb,
    },
    'delete-cluster': {
      about: 'Delete the specified cluster from the kubeconfig',
      load: async () => (await import('./delete-entry.ts')).deleteClusterVerb,
    },
    'delete-context': {
      about: 'Delete the specified context from the kubeconfig',
      load: async () => (await import('./delete-entry.ts')).deleteContextVerb,
    },
    'delete-user': {
      about: 'Delete the specified user from the kubeconfig',
      load: async () => (await import('./delete-entry.ts')).deleteUserVerb,
    },
    'get-clusters': {
      about: 'Display clusters defined in the kubeconfig',
      load: async () => (await import('./get-entries.ts')).getClustersVerb,
    },
    'get-contexts': {
      about: 'Describe one or many contexts',
      load: async () => (await import('./get-entries.ts')).getContextsVerb,
    },
    'get-users': {
      about: 'Display users defined in the kubeconfig',
      load: async () => (await import('./get-entries.ts')).getUsersVerb,
    },
    'rename-context': {
      about: 'Rename a context from the kubeconfig file',
      load: async () => (await import('./rename-context.ts')).renameContextVerb,
    },
    set: {
      about: 'Set an individual value in a kubeconfig file',
      load: async () => (await import('./set-property.ts')).setPropertyVerb,
    },
    'set-cluster': {
      about: 'Set a cluster entry in kubeconfig',
      load: async () => (await import('./set-cluster.ts')).setClusterVerb,
    },
    'set-context': {
      about: 'Set a context entry in kubeconfig',
      load: async () => (await import('./set-context.ts')).setContextVerb,
    },
    'set-credentials': {
      about: 'Set a user entry in kubeconfig',
      load: async () => (await import('./set-credentials.ts')).setCredentialsVerb,
    },
    unset: {
      about: 'Unset an individual value in a kubeconfig file',
      load: async () => (await import('./set-property.ts')).unsetPropertyVerb,
    },
    'use-context': {
      about: 'Set the current-context in a kubeconfig file',
      aliases: ['use'],
      load: async () => (await import('./use-context.ts')).useContextVerb,
    },
    view: {
      about: 'Display merged kubeconfig settings or a specified kubeconfig file',
      load: async () => (await import('./view.ts')).viewVerb,
    },
  },
};
