import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { native } from '../../../native/index.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { terminationMessage } from './termination-message.ts';

describe('the message of a container that ended', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tiphys-message-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const told = (): Promise<string> =>
    terminationMessage(
      { native: native(), files: hostWorld().files },
      undefined,
      1,
      join(folder, 'message'),
      join(folder, 'log'),
    );

  it('is what its file begins with, at most 4096 bytes', async () => {
    writeFileSync(join(folder, 'message'), 'x'.repeat(10_000));
    expect(await told()).toBe('x'.repeat(4096));
  });

  it('is nothing where there is no file', async () => {
    expect(await told()).toBe('');
  });

  it('is nothing where a link to a file of the host is in its place', async () => {
    symlinkSync('/etc/passwd', join(folder, 'message'));
    expect(await told()).toBe('');
  });

  it('is nothing where a pipe or a folder is in its place', async () => {
    execFileSync('mkfifo', [join(folder, 'message')]);
    expect(await told()).toBe('');
    rmSync(join(folder, 'message'));
    execFileSync('mkdir', [join(folder, 'message')]);
    expect(await told()).toBe('');
  });
});
