import { type Stored, int64, list, object, string, time } from '../../../../src/schema/schema.ts';

export const boundObjectReference = object({
  kind: string().omitEmpty().at(1),
  apiVersion: string().omitEmpty().at(2),
  name: string().omitEmpty().at(3),
  uid: string().omitEmpty().at(4),
}).named('io.k8s.api.authentication.v1.BoundObjectReference');
export type BoundObjectReference = Stored<typeof boundObjectReference>;

export const tokenRequestStatus = object({
  token: string().omitEmpty().at(1),
  expirationTimestamp: time().omitEmpty().at(2),
}).named('io.k8s.api.authentication.v1.TokenRequestStatus');
export type TokenRequestStatus = Stored<typeof tokenRequestStatus>;

export const tokenRequestSpec = object({
  audiences: list(string()).zero().at(1),
  expirationSeconds: int64().default(3600).at(4),
  boundObjectRef: boundObjectReference.optional().at(3),
}).named('io.k8s.api.authentication.v1.TokenRequestSpec');
export type TokenRequestSpec = Stored<typeof tokenRequestSpec>;
