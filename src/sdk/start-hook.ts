/** Work that a server starts with, as its health tells of it: not healthy until it is done. */
export interface StartHook {
  /** To be contributed to `healthChecks`. */
  readonly healthCheck: { readonly name: string; readonly live: boolean; check(this: void): void };
  done(this: void): void;
}

/** `name`: upstream's, of the hook that does the same there. */
export function startHook(name: string): StartHook {
  let isDone = false;
  return {
    healthCheck: {
      name: `poststarthook/${name}`,
      live: true,
      check: () => {
        if (!isDone) throw new Error('not finished');
      },
    },
    done: () => void (isDone = true),
  };
}
