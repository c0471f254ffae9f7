import { readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Container } from './contract.ts';
import type { RuntimeService } from './runtime-service.ts';
import { TestNode } from './testing/test-node.ts';

/** Lengths tried of each file, spread over all of them; `all` tries each. */
const LENGTHS = process.env['TIPHYS_LENGTHS'] ?? '8';

describe('state files that are torn', () => {
  const node = new TestNode();
  let runtime: RuntimeService;
  let whole: Container;

  beforeAll(async () => {
    runtime = await node.open();
    whole = await podOf('exec sleep 900');
  });
  afterAll(() => node[Symbol.asyncDispose]());

  const podOf = async (script: string): Promise<Container> =>
    runtime.startContainer(node.containerConfig(await runtime.createSandbox(node.sandboxConfig()), script));
  const folderOf = ({ sandboxId }: Container): string => join(node.settings.runDir, 'pods', sandboxId.slice(0, 32));
  const quarantined = (): number => {
    const { runDir } = node.settings;
    return readdirSync(runDir).includes('quarantine') ? readdirSync(join(runDir, 'quarantine')).length : 0;
  };
  const isAlive = ({ pid }: Container): boolean => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('sleep');
    } catch {
      return false; // there is no such process; one that waits to be reaped has no command line
    }
  };

  /** Tears a file of a fresh pod at one length after the other, each time as if found by another daemon. */
  const tornAt = async (
    fileOf: (container: Container) => string,
    holds: (container: Container, length: number) => void | Promise<void>,
  ): Promise<void> => {
    let length = 0;
    let size = 1;
    for (let i = 0; length < size; i++) {
      const container = await podOf('exec sleep 901');
      const file = join(folderOf(container), fileOf(container));
      size = readFileSync(file).length;
      length = LENGTHS === 'all' ? i : Math.floor((i * (size - 1)) / (Number(LENGTHS) - 1));
      if (length >= size) break;
      runtime.close();
      truncateSync(file, length);
      runtime = await node.open();
      await holds(container, length);
      expect(runtime.container(whole.id), 'the other pod is as it was').toEqual(whole);
      expect(isAlive(whole)).toBe(true);
    }
  };

  it('lose the pod whose description it is, and keep that aside', async () => {
    await tornAt(
      () => 'sandbox.json',
      async (container, length) => {
        expect(
          runtime.list().map(({ id }) => id),
          `at ${length}`,
        ).toEqual([whole.sandboxId]);
        await expect.poll(() => isAlive(container)).toBe(false);
        expect(readdirSync(join(node.settings.runDir, 'pods'))).toHaveLength(1);
      },
    );
    expect(quarantined()).toBeGreaterThan(1);
  });

  it('lose the container whose description it is', async () => {
    await tornAt(
      ({ id }) => `${id}.json`,
      async (container, length) => {
        expect(runtime.container(container.id), `at ${length}`).toBeUndefined();
        await expect.poll(() => isAlive(container)).toBe(false);
        await runtime.removeSandbox(container.sandboxId);
      },
    );
  });

  it('lose nothing where only the boot’s id is torn', async () => {
    await tornAt(
      () => '../../boot-id',
      async container => {
        expect(runtime.container(container.id)).toEqual(container);
        await expect.poll(() => isAlive(container)).toBe(true);
        await runtime.removeSandbox(container.sandboxId);
      },
    );
  });
});
