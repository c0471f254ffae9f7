import type { DeleteOptions, ListOptions } from '../../../src/api/client.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import type { Api, Write } from '../api.ts';
import { DELETE_WORKERS } from '../limits.ts';
import { list } from './list.ts';
import type { ListAnswer } from './list-answer.ts';
import { deleteObject } from './delete.ts';

/** Deletes what a list answers, each object as `remove` does; objects that are gone meanwhile do not matter. */
export async function deleteCollection(
  api: Api,
  write: Write,
  options: ListOptions & DeleteOptions,
): Promise<ListAnswer> {
  const answer = await list(api, write.resource, options);
  const waiting = answer.objects.values();
  const work = async (): Promise<void> => {
    for (const { object } of waiting) {
      const { name, namespace = '' } = object.metadata;
      try {
        await deleteObject(api, { ...write, name, namespace }, options);
      } catch (error) {
        if (!isStatusError(error, 'NotFound')) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: DELETE_WORKERS }, work));
  return answer;
}
