import { join } from 'node:path';
import { readIfPresent, writeDurably } from '../base/durable-file.ts';
import { jsonOf } from '../base/json-of.ts';
import type { World } from '../base/world.ts';
import { sourceFrames } from './source-frames.ts';

/** Where the event loop of an earlier process stood still, and by whose doing where that can be told. */
export interface Stall {
  /** The innermost frame of that plugin, or of all. */
  readonly at: string;
  /** The file of a third party's plugin, or the name of a built-in one. */
  readonly culprit: { readonly file: string } | { readonly builtin: string } | undefined;
}

/** A third party's file that stood still before. A file that changed since is another one. */
export interface StallRecord {
  readonly modifiedMs: number;
  readonly stalls: number;
  readonly lastAtMs: number;
}

/** When to start a plugin after the others. */
export type StallVerdict = { readonly start: 'after'; readonly waitMs: number } | { readonly start: 'never' };

/** After the first stall and the second; after a third the plugin is left out. */
const WAITS_MS: readonly number[] = [10_000, 60_000];
const FORGIVEN_AFTER_MS = 24 * 3_600_000;

export function judgeStalls(record: StallRecord | undefined, modifiedMs: number, nowMs: number): StallVerdict {
  if (record === undefined || record.modifiedMs !== modifiedMs) return { start: 'after', waitMs: 0 };
  if (nowMs - record.lastAtMs > FORGIVEN_AFTER_MS) return { start: 'after', waitMs: 0 };
  const waitMs = WAITS_MS[record.stalls - 1];
  return waitMs === undefined ? { start: 'never' } : { start: 'after', waitMs };
}

/** Reads the stack that the watchdog wrote, innermost frame first. A third party's frame counts before one of ours. */
export function readStall(report: string, files: readonly string[]): Stall {
  const frames = report.split('\n').filter(line => line !== '');
  for (const frame of frames) {
    const file = files.find(each => frame.includes(`${each}:`));
    if (file !== undefined) return { at: frame, culprit: { file } };
  }
  for (const frame of frames) {
    const builtin = /\/plugins\/([^/]+)\/[^/]/.exec(frame)?.[1];
    if (builtin !== undefined && frame.includes(ROOT)) return { at: frame, culprit: { builtin } };
  }
  return { at: frames[0] ?? '', culprit: undefined };
}

const ROOT = new URL('../..', import.meta.url).pathname;

/** What is remembered, over restarts of the process, of plugins that made its event loop stand still. */
export class StallLedger {
  /** Where the watchdog writes. */
  readonly reportPath: string;
  readonly #world: World;
  readonly #path: string;
  #records: ReadonlyMap<string, StallRecord> = new Map();

  constructor(world: World, dataDir: string) {
    this.#world = world;
    this.reportPath = join(dataDir, 'server', 'stall-report');
    this.#path = join(dataDir, 'server', 'stalls.json');
  }

  /** Files what an earlier process left behind. Call once, before any of `files` is imported. */
  async open(files: readonly string[]): Promise<Stall | undefined> {
    this.#records = parseRecords(await readIfPresent(this.#world.files, this.#path));
    const report = await readIfPresent(this.#world.files, this.reportPath);
    if (report === undefined) return undefined;
    const stall = readStall(await sourceFrames(this.#world.files, report), files);
    if (stall.culprit !== undefined && 'file' in stall.culprit) await this.#count(stall.culprit.file);
    await this.#world.files.rm(this.reportPath);
    return stall;
  }

  async verdictOn(file: string): Promise<StallVerdict> {
    return judgeStalls(this.#records.get(file), await this.#modifiedMs(file), this.#world.clock.now());
  }

  async #count(file: string): Promise<void> {
    const modifiedMs = await this.#modifiedMs(file);
    const before = this.#records.get(file);
    const stalls = before?.modifiedMs === modifiedMs ? before.stalls + 1 : 1;
    const records = new Map(this.#records).set(file, { modifiedMs, stalls, lastAtMs: this.#world.clock.now() });
    this.#records = records;
    await writeDurably(this.#world.files, this.#path, JSON.stringify(Object.fromEntries(records)), 0o600);
  }

  async #modifiedMs(file: string): Promise<number> {
    return Math.floor((await this.#world.files.stat(file)).mtimeMs);
  }
}

/** A ledger that cannot be read is an empty one: at worst a plugin gets three more chances. */
function parseRecords(text: string | undefined): ReadonlyMap<string, StallRecord> {
  const parsed = jsonOf(text ?? '{}');
  if (typeof parsed !== 'object' || parsed === null) return new Map();
  return new Map(Object.entries(parsed).filter((entry): entry is [string, StallRecord] => isRecord(entry[1])));
}

const isRecord = (value: unknown): value is StallRecord =>
  typeof value === 'object' &&
  value !== null &&
  (['modifiedMs', 'stalls', 'lastAtMs'] as const).every(
    key => typeof (value as Partial<Record<string, unknown>>)[key] === 'number',
  );
