import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { manualWorld } from '../../../src/sdk/testing/manual-world.ts';
import { backupsAmong, planBackups } from './backup-names.ts';
import { RotatingFile } from './rotating-file.ts';
import type { Rotation } from './rotation.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tiphys-audit-'));
});
afterEach(() => rm(folder, { recursive: true }));

const line = (text: string) => [Buffer.from(text), Buffer.from('\n')];
const content = (name: string) => readFile(join(folder, name), 'utf8');

const opened = (given: Partial<Rotation> = {}, world = manualWorld()) =>
  new RotatingFile(world, silentLogger, {
    path: join(folder, 'audit.log'),
    maxBytes: 12,
    maxBackups: 0,
    maxAgeDays: 0,
    compress: false,
    ...given,
  });

describe('a log file', () => {
  it('is put aside before a line makes it too large, under the time when it was', async () => {
    const world = manualWorld();
    const file = opened({}, world);
    expect(await file.append([line('first'), line('12345')])).toEqual({ written: 2 });
    await world.advance(1234);
    expect(await file.append([line('third')])).toEqual({ written: 1 });
    await file.close();
    expect(await readdir(folder)).toEqual(['audit-2026-01-01T00-00-01.234.log', 'audit.log']);
    expect(await content('audit-2026-01-01T00-00-01.234.log')).toBe('first\n12345\n');
    expect(await content('audit.log')).toBe('third\n');
    expect((await stat(join(folder, 'audit.log'))).mode & 0o777).toBe(0o600);
  });

  it('that is there already goes on', async () => {
    await writeFile(join(folder, 'audit.log'), 'old\n');
    const file = opened();
    await file.append([line('new')]);
    await file.close();
    expect(await content('audit.log')).toBe('old\nnew\n');
  });

  it('takes no line that is larger than it may be', async () => {
    const file = opened();
    const outcome = await file.append([line('1'), line('much too long a line'), line('2')]);
    await file.close();
    expect(outcome).toMatchObject({ written: 1, error: new Error('write length 21 exceeds maximum file size 12') });
    expect(await content('audit.log')).toBe('1\n');
  });

  it('leaves no more and no older ones behind than it may, and compresses them', async () => {
    const world = manualWorld();
    const file = opened({ maxBackups: 2, compress: true }, world);
    for (const text of ['first line', 'second one', 'third line', 'fourth one', 'fifth line']) {
      await world.advance(1000);
      await file.append([line(text)]);
    }
    await file.close();
    const kept = (await readdir(folder)).filter(name => name !== 'audit.log');
    expect(kept.length).toBe(2);
    expect(kept.every(name => name.endsWith('.log.gz'))).toBe(true);
    expect(gunzipSync(await readFile(join(folder, kept[1] ?? ''))).toString()).toBe('fourth one\n');
  });

  it('says why it cannot be written, and begins anew when it can', async () => {
    const file = opened({ path: join(folder, 'missing', 'audit.log') });
    await writeFile(join(folder, 'missing'), 'no folder');
    expect(await file.append([line('1')])).toMatchObject({ written: 0, error: { code: 'ENOTDIR' } });
    await rm(join(folder, 'missing'));
    expect(await file.append([line('2')])).toEqual({ written: 1 });
    await file.close();
    expect(await content('missing/audit.log')).toBe('2\n');
  });
});

describe('files put aside', () => {
  const NOW = Date.UTC(2026, 0, 10);
  const names = [
    'audit-2026-01-09T00-00-00.000.log',
    'audit-2026-01-08T00-00-00.000.log.gz',
    'audit-2026-01-01T00-00-00.000.log',
    'audit-2026-01-01T00-00-00.log',
    'other-2026-01-01T00-00-00.000.log',
    'audit.log',
  ];
  const backups = backupsAmong('audit.log', names);

  it('are known by their names, the newest first', () => {
    expect(backups.map(({ name }) => name)).toEqual(names.slice(0, 3));
  });

  it.each([
    [{ maxBackups: 2, maxAgeDays: 0 }, [names[2]], [names[0]]],
    [{ maxBackups: 0, maxAgeDays: 5 }, [names[2]], [names[0]]],
    [{ maxBackups: 1, maxAgeDays: 365 }, [names[1], names[2]], [names[0]]],
    [{ maxBackups: 0, maxAgeDays: 0 }, [], [names[0], names[2]]],
  ])('are removed and compressed as %j says', (limits, remove, compress) => {
    expect(planBackups(backups, { ...limits, compress: true }, NOW)).toEqual({ remove, compress });
  });
});
