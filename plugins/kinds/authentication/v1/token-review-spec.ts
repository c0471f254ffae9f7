import { userInfo } from './user-info.ts';
import { type Stored, boolean, list, object, string } from '../../../../src/schema/schema.ts';

export const tokenReviewStatus = object({
  authenticated: boolean().omitEmpty().at(1),
  user: userInfo.present().at(2),
  audiences: list(string()).omitEmpty().at(4),
  error: string().omitEmpty().at(3),
}).named('io.k8s.api.authentication.v1.TokenReviewStatus');
export type TokenReviewStatus = Stored<typeof tokenReviewStatus>;

export const tokenReviewSpec = object({
  token: string().omitEmpty().at(1),
  audiences: list(string()).omitEmpty().at(2),
}).named('io.k8s.api.authentication.v1.TokenReviewSpec');
export type TokenReviewSpec = Stored<typeof tokenReviewSpec>;
