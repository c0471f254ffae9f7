import { userInfo } from './user-info.ts';
import { type Stored, object } from '../../../../src/schema/schema.ts';

export const selfSubjectReviewStatus = object({
  userInfo: userInfo.present().doc('The user.').at(1),
})
  .named('io.k8s.api.authentication.v1.SelfSubjectReviewStatus')
  .doc('Who the caller is.');
export type SelfSubjectReviewStatus = Stored<typeof selfSubjectReviewStatus>;
