import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IdRange, SandboxConfig } from '../../runtime/contract.ts';
import { UserRanges } from './user-ranges.ts';

const UNIT = 65_536;
const range = (unit: number, units = 1): IdRange => ({ first: unit * UNIT, count: units * UNIT });

describe('ranges of users', () => {
  let podsDirectory: string;
  let sandboxes: { readonly config: SandboxConfig }[];
  beforeEach(async () => {
    podsDirectory = await files.mkdtemp(join(tmpdir(), 'kubelet-users-'));
    sandboxes = [];
  });
  afterEach(() => files.rm(podsDirectory, { recursive: true }));
  const ranges = (idsPerPod = UNIT): UserRanges =>
    new UserRanges(
      { world: { files }, runtime: { list: () => sandboxes } },
      { pods: podsDirectory },
      { idsPerPod, maxPods: 1 },
    );
  const hasSandbox = (podUid: string, users?: IdRange): void => {
    const config = { podUid, ...(users === undefined ? {} : { users }) };
    sandboxes.push({ config: config as SandboxConfig });
  };

  it('are a pod’s own, also where many ask at once, and kept as upstream keeps them', async () => {
    const all = ranges();
    expect(await Promise.all(['a', 'b', 'c'].map(uid => all.take(uid)))).toEqual([range(1), range(2), range(3)]);
    const mapping = [{ hostId: 2 * UNIT, containerId: 0, length: UNIT }];
    expect(JSON.parse(await files.readFile(join(podsDirectory, 'b/userns'), 'utf8'))).toEqual({
      uidMappings: mapping,
      gidMappings: mapping,
    });
  });

  it('are found again, whatever pods are given from then on, and free once the folder is gone', async () => {
    const before = ranges();
    await before.take('a');
    await before.take('b');
    const after = ranges(2 * UNIT);
    expect(await after.take('b')).toEqual(range(2));
    expect(await after.take('c')).toEqual(range(3, 2));
    await files.rm(join(podsDirectory, 'a'), { recursive: true });
    expect(await ranges().take('d')).toEqual(range(1));
  });

  it('are those of sandboxes, whose files were lost', async () => {
    hasSandbox('a', range(1));
    hasSandbox('on the host');
    await files.mkdir(join(podsDirectory, 'a'));
    await files.writeFile(join(podsDirectory, 'a/userns'), '{"uidMapp');
    const all = ranges();
    expect(await all.take('b')).toEqual(range(2));
    expect(await all.take('a')).toEqual(range(1));
    sandboxes = [];
    expect(await all.take('a')).toEqual(range(1));
  });

  it('run out, with upstream’s words', async () => {
    hasSandbox('all', range(1, 32_767));
    await expect(ranges().take('one more')).rejects.toThrow(
      'could not find an empty slot to allocate a user namespace',
    );
  });
});
