import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../base/testing/scratch-folder.ts';
import { currentBundle, sourceLine } from './current-bundle.js';

describe('the bundle that is run instead of the sources', () => {
  let root: string;
  let bundle: string;
  beforeEach(async () => {
    root = await scratchFolder();
    bundle = join(root, 'dist/code/0123abcd');
    await mkdir(bundle, { recursive: true });
    await writeFile(join(root, 'dist/code/current'), '0123abcd\n');
    await writeFile(join(root, 'one.ts'), '1;');
    await writeFile(join(root, 'with a space.ts'), '2;');
    const lines = ['one.ts', 'with a space.ts'].map(path => sourceLine(root, path));
    await writeFile(join(bundle, 'sources'), lines.join('\n'));
  });

  it('is one whose sources are as they were', () => {
    expect(currentBundle(root)).toBe(bundle);
  });

  it('is none once a source is written, with another size or only at another time, older ones too', async () => {
    await writeFile(join(root, 'with a space.ts'), '22;');
    expect(currentBundle(root)).toBeUndefined();
    await writeFile(join(root, 'with a space.ts'), '3;');
    await utimes(join(root, 'with a space.ts'), 1, 1);
    expect(currentBundle(root)).toBeUndefined();
  });

  it('is none once a source is gone', async () => {
    await rm(join(root, 'one.ts'));
    expect(currentBundle(root)).toBeUndefined();
  });

  it('is what is there where there are no sources', async () => {
    await rm(join(bundle, 'sources'));
    await rm(join(root, 'one.ts'));
    expect(currentBundle(root)).toBe(bundle);
  });

  it('is none where none was made, or it was removed', async () => {
    await rm(bundle, { recursive: true });
    expect(currentBundle(root)).toBeUndefined();
    await rm(join(root, 'dist'), { recursive: true });
    expect(currentBundle(root)).toBeUndefined();
  });
});
