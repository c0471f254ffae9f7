import { join } from 'node:path';
import { readIfPresent, writeDurably } from '../../../src/base/durable-file.ts';
import { isRecord } from '../../../src/base/is-record.ts';
import type { Files } from '../../../src/base/world.ts';
import type { IdRange, Sandbox } from '../../runtime/contract.ts';
import type { NodePaths } from '../worker/pod-paths.ts';
import { freeRange } from './free-range.ts';
import { subordinateIds, type UserDemand } from './subordinate-ids.ts';

export interface UserRangesDeps {
  readonly world: { readonly files: Files };
  /** Pods that there are have theirs, whatever became of the files. */
  readonly runtime: { list(): readonly Pick<Sandbox, 'config'>[] };
}

/**
 * Which ids of the host the users of a pod are: a range of its own, kept in the file `userns` of its folder, as
 * upstream's kubelet keeps it. It is the pod's for as long as that folder is there.
 */
export class UserRanges {
  readonly #deps: UserRangesDeps;
  readonly #paths: Pick<NodePaths, 'pods'>;
  readonly #demand: UserDemand;
  #last: Promise<unknown> = Promise.resolve();

  constructor(deps: UserRangesDeps, paths: Pick<NodePaths, 'pods'>, demand: UserDemand) {
    this.#deps = deps;
    this.#paths = paths;
    this.#demand = demand;
  }

  /** That of a pod, from now on; what it had before if it did. */
  take(podUid: string): Promise<IdRange> {
    // One after the other: each has to see the file of the one before.
    const taken = this.#last.then(() => this.#take(podUid));
    this.#last = taken.catch(() => undefined);
    return taken;
  }

  async #take(podUid: string): Promise<IdRange> {
    const { world, runtime } = this.#deps;
    const kept = await this.#kept();
    const before = kept.get(podUid);
    if (before !== undefined) return before;
    const used = runtime
      .list()
      .flatMap(({ config: { podUid: uid, users } }) => (users === undefined ? [] : [{ uid, users }]));
    const taken = [...kept.values(), ...used.map(({ users }) => users)];
    const range = used.find(({ uid }) => uid === podUid)?.users ?? (await this.#free(taken));
    if (range === undefined) throw new Error('could not find an empty slot to allocate a user namespace');
    await world.files.mkdir(join(this.#paths.pods, podUid), { recursive: true, mode: 0o755 });
    await writeDurably(world.files, this.#path(podUid), formatMapping(range), 0o600);
    return range;
  }

  async #free(taken: readonly IdRange[]): Promise<IdRange | undefined> {
    const { files } = this.#deps.world;
    const read = async (path: string): Promise<string> => (await readIfPresent(files, path)) ?? '';
    const [passwd, subuid, subgid] = await Promise.all([read('/etc/passwd'), read('/etc/subuid'), read('/etc/subgid')]);
    const within = subordinateIds({ passwd, subuid, subgid }, this.#demand);
    return freeRange(taken, this.#demand.idsPerPod, within);
  }

  async #kept(): Promise<ReadonlyMap<string, IdRange>> {
    const { files } = this.#deps.world;
    const kept = new Map<string, IdRange>();
    for (const uid of await files.readdir(this.#paths.pods)) {
      const range = parseMapping(await readIfPresent(files, this.#path(uid)));
      if (range !== undefined) kept.set(uid, range);
    }
    return kept;
  }

  #path(podUid: string): string {
    return join(this.#paths.pods, podUid, 'userns');
  }
}

function formatMapping({ first, count }: IdRange): string {
  const mappings = [{ hostId: first, containerId: 0, length: count }];
  return JSON.stringify({ uidMappings: mappings, gidMappings: mappings });
}

/** `undefined` for what is not there and for what nobody here has written. */
function parseMapping(text: string | undefined): IdRange | undefined {
  if (text === undefined) return undefined;
  try {
    const file: unknown = JSON.parse(text);
    const mappings: unknown = isRecord(file) ? file['uidMappings'] : undefined;
    const mapping: unknown = Array.isArray(mappings) ? mappings[0] : undefined;
    if (!isRecord(mapping)) return undefined;
    const { hostId, length } = mapping;
    if (!Number.isSafeInteger(hostId) || !Number.isSafeInteger(length)) return undefined;
    return { first: Number(hostId), count: Number(length) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
