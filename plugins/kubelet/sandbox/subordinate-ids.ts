import type { IdRange } from '../../runtime/contract.ts';
import { RANGE_UNIT } from './free-range.ts';

/** The texts of /etc/passwd, /etc/subuid and /etc/subgid; empty where there is none. */
export interface UserFiles {
  readonly passwd: string;
  readonly subuid: string;
  readonly subgid: string;
}

export interface UserDemand {
  readonly idsPerPod: number;
  readonly maxPods: number;
}

const USER = 'kubelet';

/**
 * What an administrator has set aside for pods: the subordinate ids of the user `kubelet`, of users and groups alike.
 * `undefined` where there is no such user; throws, in upstream's words, where they will not do.
 */
export function subordinateIds({ passwd, subuid, subgid }: UserFiles, demand: UserDemand): IdRange | undefined {
  if (!entriesOf(passwd).some(([name]) => name === USER)) return undefined;
  const [users, groups] = [rangesOf(subuid), rangesOf(subgid)];
  const [range, ...more] = users;
  if (range === undefined) throw new Error(`error retrieving additional ids for user "${USER}"`);
  if (JSON.stringify(users) !== JSON.stringify(groups)) {
    throw new Error(`mismatched subuids and subgids for user "${USER}"`);
  }
  if (more.length > 0) throw new Error(`more than one range of subordinate ids for user "${USER}"`);
  return fitting(range, demand);
}

function fitting(range: IdRange, { idsPerPod, maxPods }: UserDemand): IdRange {
  const { first, count } = range;
  const said = 'kubelet user assigned';
  if (first % RANGE_UNIT !== 0) throw new Error(`${said} ID ${first} is not a multiple of ${RANGE_UNIT}`);
  // The host's root is nobody's.
  if (first < RANGE_UNIT) throw new Error(`${said} ID ${first} must be greater or equal to ${RANGE_UNIT}`);
  if (count % idsPerPod !== 0) throw new Error(`${said} IDs length ${count} is not a multiple of ${idsPerPod}`);
  if (count / idsPerPod < maxPods) throw new Error(`${said} IDs are not enough to support ${maxPods} pods`);
  return range;
}

const entriesOf = (text: string): readonly (readonly string[])[] => text.split('\n').map(line => line.split(':'));

const rangesOf = (text: string): readonly IdRange[] =>
  entriesOf(text).flatMap(([name, first, count]) =>
    name === USER && isNumber(first) && isNumber(count) ? [{ first: Number(first), count: Number(count) }] : [],
  );

const isNumber = (text: string | undefined): boolean => text !== undefined && /^\d{1,10}$/.test(text);
