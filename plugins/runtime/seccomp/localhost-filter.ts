import { LruMap } from '../../../src/base/lru-map.ts';
import { RuntimeError } from '../contract.ts';
import { compileFilter } from './compile-filter.ts';
import { localhostProfile, ProfileError } from './localhost-profile.ts';

/** Profiles of a node are few. */
const cached = new LruMap<string, Buffer>(16);
/** BPF_MAXINSNS of linux/bpf_common.h. */
const MOST_INSTRUCTIONS = 4096;
const INSTRUCTION_BYTES = 8;

/** The filter that a profile of the user's own describes, ready for seccomp(2). */
export function localhostFilter(profile: string): Buffer {
  const known = cached.get(profile);
  if (known !== undefined) return known;
  try {
    const filter = compileFilter(localhostProfile(profile));
    if (filter.length > MOST_INSTRUCTIONS * INSTRUCTION_BYTES) throw new ProfileError('it has too many rules');
    cached.set(profile, filter);
    return filter;
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    const message = `decoding seccomp profile failed: ${error.message}`;
    throw new RuntimeError('ContainerCannotRun', message, { cause: error });
  }
}
