/** Who makes a request; authenticators answer it and authorizers judge it. */
export interface UserInfo {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Members may do everything, even while no role can be read yet. */
export const SUPERUSERS = 'system:masters';

/** This server's own user, as upstream's loopback client is. */
export const LOOPBACK_USER: UserInfo = { name: 'system:apiserver', groups: [SUPERUSERS, 'system:authenticated'] };
