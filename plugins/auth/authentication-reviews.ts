import { badRequestError, isStatusError } from '../../src/api/status-error.ts';
import { timeOf } from '../../src/base/timestamp.ts';
import type { Clock } from '../../src/base/world.ts';
import type { Client } from '../../src/api/client.ts';
import type { UserInfo } from '../../src/api/user-info.ts';
import { virtualKindFor, type Authentication, type VirtualKind } from '../apiserver/contract.ts';
import { SelfSubjectReview } from '../kinds/authentication/v1/self-subject-review.ts';
import { TokenReview } from '../kinds/authentication/v1/token-review.ts';
import type { TokenReviewStatus } from '../kinds/authentication/v1/token-review-spec.ts';
import type { UserInfo as WireUser } from '../kinds/authentication/v1/user-info.ts';
import { authenticateToken } from './service-account-authenticator.ts';
import type { TokenSigner } from './token-signer.ts';

/** Answers "who am I?" and "whose token is this?". */
export const authenticationReviews = (
  signer: TokenSigner,
  client: Client,
  authentication: Authentication,
  clock: Clock,
): readonly VirtualKind[] => [
  virtualKindFor(SelfSubjectReview, (review, { user }) => ({
    ...review,
    metadata: { ...review.metadata, creationTimestamp: timeOf(clock.now()) },
    status: { userInfo: wireUser(user) },
  })),
  virtualKindFor(TokenReview, async review => {
    const { token, audiences = [] } = review.spec;
    if (token === '') throw badRequestError('token is required for TokenReview in authentication');
    return { ...review, status: await statusOf(signer, client, authentication, token, audiences) };
  }),
];

async function statusOf(
  signer: TokenSigner,
  client: Client,
  authentication: Authentication,
  token: string,
  audiences: readonly string[],
): Promise<TokenReviewStatus> {
  try {
    const own = await authenticateToken(signer, client, token, audiences);
    if (own !== undefined) {
      const answered = audiences.length > 0 ? audiences : [signer.issuer];
      return { authenticated: true, user: wireUser(own), audiences: answered };
    }
    // Tokens that others issue are for this API, whatever audience they name to whoever verifies them.
    const isForApi = audiences.length === 0 || audiences.includes(signer.issuer);
    const user = isForApi ? await authentication.authenticate({ type: 'bearer', token }) : undefined;
    if (user === undefined) return { user: {}, error: 'invalid bearer token' };
    return { authenticated: true, user: wireUser(user), audiences: [signer.issuer] };
  } catch (error) {
    if (isStatusError(error, 'Unauthorized')) return { user: {}, error: 'invalid bearer token' };
    throw error;
  }
}

const wireUser = ({ name, uid, groups, extra }: UserInfo): WireUser => ({
  username: name,
  ...(uid === undefined ? {} : { uid }),
  groups,
  ...(extra === undefined ? {} : { extra }),
});
