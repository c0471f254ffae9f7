import { type Stored, list, map, object, string } from '../../../../src/schema/schema.ts';

export const userInfo = object({
  username: string().omitEmpty().at(1),
  uid: string().omitEmpty().at(2),
  groups: list(string()).omitEmpty().at(3),
  extra: map(list(string()).wrapped()).omitEmpty().at(4),
}).named('io.k8s.api.authentication.v1.UserInfo');
export type UserInfo = Stored<typeof userInfo>;
