import { presentOr } from './failed-with.ts';
import type { World } from './world.ts';

/** Whether `path` is there, be it a link to nothing. */
export const isThere = async ({ lstat }: Pick<World['files'], 'lstat'>, path: string): Promise<boolean> =>
  (await presentOr(undefined, () => lstat(path))) !== undefined;
