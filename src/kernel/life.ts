import type { PluginScope } from './plugin-scope.ts';

/** What is known of a plugin: its present life, if it has one, and when the next is due. */
export interface Life {
  scope: PluginScope | undefined;
  /** Started and ready, so that others may start that need it. */
  isUp: boolean;
  /** Its last life is over, all it had acquired released. */
  ended: Promise<void>;
  /** Its contributions that are known before it starts. */
  readonly contributed: Disposable[];
  crashes: number;
  startedAtMs: number;
  dueAtMs: number;
}

export const newLife = (): Life => ({
  scope: undefined,
  isUp: false,
  ended: Promise.resolve(),
  contributed: [],
  crashes: 0,
  startedAtMs: 0,
  dueAtMs: 0,
});
