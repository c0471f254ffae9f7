import type { Verb } from '../command/verb.ts';

export const rolloutVerb: Verb = {
  usage: 'SUBCOMMAND',
  about: 'Manage the rollout of one or many resources.',
  subs: {
    history: { about: 'View rollout history', load: async () => (await import('./history.ts')).historyVerb },
    pause: { about: 'Mark the provided resource as paused', load: async () => (await import('./pause.ts')).pauseVerb },
    restart: { about: 'Restart a resource', load: async () => (await import('./restart.ts')).restartVerb },
    resume: { about: 'Resume a paused resource', load: async () => (await import('./pause.ts')).resumeVerb },
    status: { about: 'Show the status of the rollout', load: async () => (await import('./status.ts')).statusVerb },
    undo: { about: 'Undo a previous rollout', load: async () => (await import('./undo.ts')).undoVerb },
  },
};
