import { LOOPBACK_USER } from '../../src/api/user-info.ts';
import { clients } from '../../src/api/client.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { authentication, authenticators, subresourceHandlers, virtualKinds } from '../apiserver/contract.ts';
import { authenticationReviews } from './authentication-reviews.ts';
import { serviceAccountAuthenticator } from './service-account-authenticator.ts';
import { tokenRequestHandler } from './token-request.ts';
import { tokenSigner } from './token-signer.ts';

/** Apart from `auth`, because it reads the API that `auth` helps to open. */
export default definePlugin({
  name: 'service-accounts',
  description: 'service account tokens: issued on request, accepted while what they name exists; reviews of who is who',
  essential: true,
  needs: { clients, authentication, tokenSigner },
  start({ needs, contribute, world }) {
    const client = needs.clients.as(LOOPBACK_USER);
    contribute(authenticators, serviceAccountAuthenticator(needs.tokenSigner, client));
    contribute(subresourceHandlers, tokenRequestHandler(needs.tokenSigner, client));
    contribute(virtualKinds, ...authenticationReviews(needs.tokenSigner, client, needs.authentication, world.clock));
  },
});
