import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { openClusterCa } from '../../auth/cluster-ca.ts';

/** What one webhook was asked, parsed. */
export interface Asked {
  readonly path: string;
  readonly review: {
    readonly apiVersion: string;
    readonly request: Readonly<Record<string, unknown>> & { readonly uid: string };
  };
}
/** Answers `response` of a review of the asked version, or anything as it is. */
export type Reply =
  | { readonly response: object }
  | { readonly code?: number; readonly type?: string; readonly text: string };

export interface WebhookServer extends AsyncDisposable {
  readonly port: number;
  /** Base64 of PEM. */
  readonly caBundle: string;
  /** Newest last. */
  readonly asked: Asked[];
  /** What paths answer; others allow. A promise that never resolves is a webhook that hangs. */
  readonly replies: Map<string, (asked: Asked) => Reply | Promise<Reply>>;
  readonly https: Server;
}

export const allowed = (more: object = {}): Reply => ({ response: { allowed: true, ...more } });
export const patched = (...operations: readonly object[]): Reply =>
  allowed({ patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(operations)).toString('base64') });

/** Webhooks on 127.0.0.1, whose certificate is for it, and for a service `hook` of `default`. */
export async function webhookServer(): Promise<WebhookServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tiphys-webhooks-'));
  const ca = await openClusterCa(hostWorld(), silentLogger, folder);
  const { certificate, privateKey } = await ca.issueServer('hook', ['hook.default.svc'], ['127.0.0.1']);
  const asked: Asked[] = [];
  const replies: WebhookServer['replies'] = new Map();
  const https = createServer({ cert: certificate, key: privateKey }, (request, response) => {
    void request.toArray().then(async (chunks: readonly Buffer[]) => {
      const path = new URL(request.url ?? '', 'https://x').pathname;
      const review = JSON.parse(Buffer.concat(chunks).toString()) as Asked['review'];
      const each = { path, review };
      asked.push(each);
      const reply = await (replies.get(path) ?? (() => allowed()))(each);
      const text =
        'text' in reply
          ? reply.text
          : JSON.stringify({ ...review, response: { uid: review.request.uid, ...reply.response } });
      response.writeHead('text' in reply ? (reply.code ?? 200) : 200, {
        'content-type': 'text' in reply ? (reply.type ?? 'application/json') : 'application/json',
      });
      response.end(text);
    });
  });
  https.listen(0, '127.0.0.1');
  await once(https, 'listening');
  return {
    port: (https.address() as AddressInfo).port,
    caBundle: Buffer.from(ca.caCertificate).toString('base64'),
    asked,
    replies,
    https,
    async [Symbol.asyncDispose]() {
      https.closeAllConnections();
      https.close();
      await rm(folder, { recursive: true });
    },
  };
}
