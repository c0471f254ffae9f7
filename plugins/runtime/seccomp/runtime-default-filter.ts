import type { Capability } from '../../../src/base/linux-capabilities.ts';
import { compileFilter } from './compile-filter.ts';
import { runtimeDefaultProfile } from './runtime-default.ts';

/** Containers of a node share few sets of capabilities; the oldest goes when there are more. */
const MOST_CACHED = 64;
const cached = new Map<string, Buffer>();

/** The RuntimeDefault filter for a process with these capabilities, ready for seccomp(2). */
export function runtimeDefaultFilter(capabilities: ReadonlySet<Capability>): Buffer {
  const key = [...capabilities].sort().join();
  const known = cached.get(key);
  if (known !== undefined) return known;
  const filter = compileFilter(runtimeDefaultProfile(capabilities));
  const [oldest] = cached.keys();
  if (cached.size >= MOST_CACHED && oldest !== undefined) cached.delete(oldest);
  cached.set(key, filter);
  return filter;
}
