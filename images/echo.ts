import { join } from 'node:path';
import type { ImageRecipe } from './oci-archive.ts';
import { staticProgram } from './static-program.ts';

export const ECHO_SOURCE = join(import.meta.dirname, 'echo', 'echo.c');
export const ASK_SOURCE = join(import.meta.dirname, 'echo', 'ask.c');

/** The test server of echo/echo.c, and beside it who asks such servers, echo/ask.c. */
export async function echoRecipe(): Promise<ImageRecipe> {
  return {
    reference: 'tiphys.dev/echo:1.0',
    files: [
      { kind: 'file', path: 'echo', mode: 0o755, content: await staticProgram(ECHO_SOURCE) },
      { kind: 'file', path: 'ask', mode: 0o755, content: await staticProgram(ASK_SOURCE) },
    ],
    config: { Entrypoint: ['/echo'], Env: ['PORT=8080'], ExposedPorts: { '8080/tcp': {}, '8080/udp': {} } },
  };
}
