import type { Status } from '../../src/api/status-error.ts';
import { serviceRef } from '../../src/kernel/plugin.ts';

/** Where a webhook is asked, as configurations say it. */
export interface WebhookTarget {
  readonly url?: string;
  readonly service?: {
    readonly namespace: string;
    readonly name: string;
    readonly path?: string;
    readonly port: number;
  };
  /** PEM in base64. */
  readonly caBundle?: string;
}

/** What became of asking one. Messages are Go's. */
export type WebhookAnswer =
  | { readonly ok: true; readonly body: unknown }
  | {
      readonly ok: false;
      /**
       * It is described so that nobody can ask it, did not answer in time, was not reached, answered an error, or
       * something that cannot be read.
       */
      readonly code: 'Unusable' | 'Late' | 'Unreachable' | 'Refused' | 'Unreadable';
      readonly message: string;
      /** As it said itself. */
      readonly status?: Status;
    };

/** Asks webhooks, for all who have some: each call has a deadline, each answer a limit. */
export interface WebhookCalls {
  /** Never rejects. The deadline is told to who is asked. */
  ask(target: WebhookTarget, question: object, timeoutMs: number): Promise<WebhookAnswer>;
}
export const webhookCalls = serviceRef<WebhookCalls>('webhooks.calls');
