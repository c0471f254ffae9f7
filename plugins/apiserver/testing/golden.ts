import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'vitest';

/** Holds `value` to the file that was checked in; `UPDATE=1` writes it anew. What differs a run is masked. */
export async function expectGolden(name: string, value: unknown): Promise<void> {
  const path = new URL(`../../../test/golden/apiserver/${name}`, import.meta.url);
  const text = `${JSON.stringify(value, masked, 2)}\n`;
  if (process.env['UPDATE'] === '1') await writeFile(path, text);
  expect(text).toBe(await readFile(path, 'utf8'));
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
/** The age in a printed row: nearly always `0s`, but not on a busy machine. */
const AGE = /^\d+s$/;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;

function masked(key: string, value: unknown): unknown {
  if (key === 'resourceVersion') return '<revision>';
  // A cell that tells an age.
  if (/^\d+$/.test(key) && typeof value === 'string' && /^\d+s$/.test(value)) return '<age>';
  if (key === 'serverAddress') return '<address>';
  if (typeof value !== 'string') return value;
  return value.replaceAll(UUID, '<uid>').replaceAll(TIME, '<time>').replace(AGE, '<age>');
}
