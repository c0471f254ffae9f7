import { expect } from 'vitest';
import type { TestCall, TestServer } from './test-server.ts';

export interface Refusal {
  readonly code: number;
  readonly reason?: string;
  /** The whole text, or what it holds where it ends in `...`. */
  readonly message?: string;
}

/** Sends a call that must be refused so, as a Status, with nothing stored. */
export async function expectRefused(server: TestServer, path: string, call: TestCall, refusal: Refusal): Promise<void> {
  const before = server.api.objects.store.committed;
  const { status, body, text } = await server.call(path, call);
  const { code, reason, message } = refusal;
  const said = message?.endsWith('...') === true ? expect.stringContaining(message.slice(0, -3)) : message;
  expect({ status, body: body ?? text }).toMatchObject({
    status: code,
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      code,
      ...(reason === undefined ? {} : { reason }),
      ...(said === undefined ? {} : { message: said }),
    },
  });
  expect(server.api.objects.store.committed).toBe(before);
}
