import { userInfo } from './user-info.ts';
import { type Stored, boolean, list, object, string } from '../../../../src/schema/schema.ts';

export const tokenReviewStatus = object({
  authenticated: boolean().omitEmpty().doc('It is valid.').at(1),
  user: userInfo.present().doc('Whose it is.').at(2),
  audiences: list(string()).omitEmpty().doc('Whom it is for.').at(4),
  error: string().omitEmpty().doc('Why it could not be checked.').at(3),
})
  .named('io.k8s.api.authentication.v1.TokenReviewStatus')
  .doc('What is known of the token.');
export type TokenReviewStatus = Stored<typeof tokenReviewStatus>;

export const tokenReviewSpec = object({
  token: string().zero().tells(null).doc('The token.').at(1),
  audiences: list(string()).omitEmpty().doc('Whom it should be for.').at(2),
})
  .named('io.k8s.api.authentication.v1.TokenReviewSpec')
  .doc('The token in question.');
export type TokenReviewSpec = Stored<typeof tokenReviewSpec>;
