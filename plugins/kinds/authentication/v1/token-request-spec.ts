import { type Stored, int64, list, object, string, time } from '../../../../src/schema/schema.ts';

export const boundObjectReference = object({
  kind: string().omitEmpty().at(1),
  apiVersion: string().omitEmpty().at(2),
  name: string().omitEmpty().at(3),
  uid: string().omitEmpty().at(4),
})
  .named('io.k8s.api.authentication.v1.BoundObjectReference')
  .doc('An object a token depends on.');
export type BoundObjectReference = Stored<typeof boundObjectReference>;

export const tokenRequestStatus = object({
  token: string().omitEmpty().tells('').doc('The token.').at(1),
  expirationTimestamp: time().omitEmpty().doc('When it ends.').at(2),
})
  .named('io.k8s.api.authentication.v1.TokenRequestStatus')
  .doc('The token.');
export type TokenRequestStatus = Stored<typeof tokenRequestStatus>;

export const tokenRequestSpec = object({
  audiences: list(string()).present().doc('Whom it is for.').at(1),
  expirationSeconds: int64().default(3600).doc('How long it shall be valid.').at(4),
  boundObjectRef: boundObjectReference.optional().doc('Object without which it is void.').at(3),
})
  .named('io.k8s.api.authentication.v1.TokenRequestSpec')
  .doc('The token that is wanted.');
export type TokenRequestSpec = Stored<typeof tokenRequestSpec>;
