import type { AuditTrail } from '../../audit/contract.ts';
import type { AuditNotes } from '../contract.ts';

/** What parts of the server say of one request: for the record, where one is kept of it, and for what it counts as. */
export class RequestNotes implements AuditNotes {
  /** How long others took of it that are no work of this server's: webhooks, and those it waited for its turn for. */
  othersMs = 0;
  isDeprecated = false;
  readonly #trail: AuditTrail | undefined;

  constructor(trail: AuditTrail | undefined) {
    this.#trail = trail;
  }

  get keepsRequests(): boolean {
    return this.#trail?.keepsRequests === true;
  }

  annotate(key: string, value: string): void {
    this.#trail?.annotate(key, value);
  }

  spent(layer: string, ms: number): void {
    this.othersMs += ms;
    this.#trail?.spent(layer, ms);
  }

  deprecated(): void {
    this.isDeprecated = true;
    this.annotate('k8s.io/deprecated', 'true');
  }
}
