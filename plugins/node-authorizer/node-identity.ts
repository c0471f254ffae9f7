import type { UserInfo } from '../../src/api/user-info.ts';

const PREFIX = 'system:node:';
const GROUP = 'system:nodes';

/** The node whose kubelet this is; '' for a kubelet of no node, `undefined` for anyone else. */
export function nodeIdentity({ name, groups }: UserInfo): string | undefined {
  return name.startsWith(PREFIX) && groups.includes(GROUP) ? name.slice(PREFIX.length) : undefined;
}
