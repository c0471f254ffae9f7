import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A real HTTP server that answers as a test wants, hostile answers included, and remembers what it was asked. */
export interface LyingRegistry {
  readonly host: string;
  readonly asked: readonly Asked[];
  stop(): void;
}

export interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
}

export async function startLyingRegistry(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<LyingRegistry> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const { authorization, range } = request.headers;
    asked.push({ path: request.url ?? '', authorization, range });
    answer(request, response);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    host: `127.0.0.1:${port}`,
    asked,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
