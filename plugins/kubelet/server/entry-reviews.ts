import { createHash } from 'node:crypto';
import type { Client } from '../../../src/api/client.ts';
import type { UserInfo } from '../../../src/api/user-info.ts';
import { LruMap } from '../../../src/base/lru-map.ts';
import type { Clock } from '../../../src/base/world.ts';
import { TokenReview } from '../../kinds/authentication/v1/token-review.ts';
import { SubjectAccessReview } from '../../kinds/authorization/v1/subject-access-review.ts';
import { ALLOWED_REVIEW_MS, DENIED_REVIEW_MS, REMEMBERED_REVIEWS, TOKEN_REVIEW_MS } from '../limits.ts';

/** What somebody wants of this node. */
export interface NodeAction {
  readonly verb: string;
  readonly subresource: string;
  readonly nodeName: string;
}

interface Remembered<T> {
  readonly answer: T;
  readonly untilMs: number;
}

/** Asks the API server who somebody is and what they may do, wherever it runs; answers are good for a while. */
export class EntryReviews {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #users = new LruMap<string, Remembered<UserInfo>>(REMEMBERED_REVIEWS);
  readonly #rights = new LruMap<string, Remembered<boolean>>(REMEMBERED_REVIEWS);

  constructor(client: Client, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Whose token this is; `undefined` for nobody's. */
  async userOf(token: string): Promise<UserInfo | undefined> {
    const key = createHash('sha256').update(token).digest('base64');
    const known = this.#live(this.#users, key);
    if (known !== undefined) return known;
    const { status } = await this.#client.create(TokenReview, { metadata: {}, spec: { token } });
    if (status?.authenticated !== true) return undefined;
    const { username = '', uid, groups = [], extra } = status.user ?? {};
    const user: UserInfo = {
      name: username,
      groups,
      ...(uid === undefined ? {} : { uid }),
      ...(extra === undefined ? {} : { extra }),
    };
    this.#remember(this.#users, key, user, TOKEN_REVIEW_MS);
    return user;
  }

  async may(user: UserInfo, { verb, subresource, nodeName }: NodeAction): Promise<boolean> {
    const key = JSON.stringify([user, verb, subresource]);
    const known = this.#live(this.#rights, key);
    if (known !== undefined) return known;
    const { name, uid, groups, extra } = user;
    const { status } = await this.#client.create(SubjectAccessReview, {
      metadata: {},
      spec: {
        resourceAttributes: { verb, version: 'v1', resource: 'nodes', subresource, name: nodeName },
        user: name,
        groups,
        ...(uid === undefined ? {} : { uid }),
        ...(extra === undefined ? {} : { extra }),
      },
    });
    this.#remember(this.#rights, key, status.allowed, status.allowed ? ALLOWED_REVIEW_MS : DENIED_REVIEW_MS);
    return status.allowed;
  }

  #live<T>(map: LruMap<string, Remembered<T>>, key: string): T | undefined {
    const found = map.get(key);
    return found !== undefined && this.#clock.monotonicMs() < found.untilMs ? found.answer : undefined;
  }

  #remember<T>(map: LruMap<string, Remembered<T>>, key: string, answer: T, forMs: number): void {
    map.set(key, { answer, untilMs: this.#clock.monotonicMs() + forMs });
  }
}
