import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContentErrorCode } from '../content-error.ts';
import { memberBytes, type TarMember } from './tar-bytes.ts';

/** One layer of a stranger, and what must come of it. */
export interface HostileLayer {
  readonly name: string;
  /** Layers it lies upon, bottom first. */
  readonly below?: readonly (readonly TarMember[])[];
  /** Members, and bytes as they are; the two blocks of zeros at the end are added. */
  readonly members: readonly (TarMember | Buffer)[];
  /** What is sent in place of the tar of `members`. */
  readonly sent?: Buffer;
  readonly outcome: Refused | Contained;
}

export interface Refused {
  readonly refused: ContentErrorCode;
  /** Part of the message. */
  readonly says: string;
}

/** `name=content`, `name/`, `name/ opaque`, `name -> target`, `name c 8:0`, `name |`, `name whiteout`: sorted. */
export interface Contained {
  readonly tree: readonly string[];
}

/** What lies outside and must stay as it is; every way out of the corpus leads here. */
export const CANARY = join(tmpdir(), `tiphys-canary-${process.pid}`);
export const UP_TO_CANARY = `${'../'.repeat(30)}${CANARY.slice(1)}`;

/** Where a way to the canary ends inside the layer: the canary's path below the layer's own root. */
export function inside(...lines: readonly string[]): readonly string[] {
  const parents = CANARY.slice(1).split('/');
  return [
    ...parents.map((_, i) => `${parents.slice(0, i + 1).join('/')}/`),
    ...lines.map(line => `${CANARY.slice(1)}/${line}`),
  ];
}

export const layerTar = ({ members }: Pick<HostileLayer, 'members'>): Buffer =>
  Buffer.concat([
    ...members.map(member => (Buffer.isBuffer(member) ? member : memberBytes(member))),
    Buffer.alloc(1024),
  ]);
