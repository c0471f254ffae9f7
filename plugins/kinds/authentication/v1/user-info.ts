import { type Stored, list, map, object, string } from '../../../../src/schema/schema.ts';

export const userInfo = object({
  username: string().omitEmpty().doc('Name of the user.').at(1),
  uid: string().omitEmpty().doc('Unique name in time.').at(2),
  groups: list(string()).omitEmpty().doc('Groups of the user.').at(3),
  extra: map(list(string()).plain().wrapped()).omitEmpty().doc('What else the authenticator knows.').at(4),
})
  .named('io.k8s.api.authentication.v1.UserInfo')
  .doc('Who a user is.');
export type UserInfo = Stored<typeof userInfo>;
