import { join } from 'node:path';
import type { ImageRecipe } from './oci-archive.ts';
import { staticProgram } from './static-program.ts';

export const PROBE_SOURCE = join(import.meta.dirname, 'probe', 'probe.c');

/** The prober of probe/probe.c, alone in its image. */
export async function probeRecipe(): Promise<ImageRecipe> {
  return {
    reference: 'tiphys.dev/probe:1.0',
    files: [{ kind: 'file', path: 'probe', mode: 0o755, content: await staticProgram(PROBE_SOURCE) }],
    config: { Entrypoint: ['/probe'] },
  };
}
