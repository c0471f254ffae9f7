import { createHash } from 'node:crypto';
import { ContentError } from './content-error.ts';

/** `sha256:` and 64 lower-case hex digits: the only algorithm registries use, and safe as a file name. */
export type Digest = `sha256:${string}`;

export const isDigest = (text: string): text is Digest => text.length === 71 && /^sha256:[0-9a-f]{64}$/.test(text);

export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new ContentError('BadDigest', `unsupported digest ${JSON.stringify(text.slice(0, 100))}`);
}

export const digestOf = (content: Uint8Array | string): Digest =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

export const hexOf = (digest: Digest): string => digest.slice('sha256:'.length);

/** What names a stack of layers (image-spec, config.md, "Layer ChainID"), bottom first. */
export function chainIds(diffIds: readonly Digest[]): readonly Digest[] {
  const chain: Digest[] = [];
  for (const diffId of diffIds) {
    const parent = chain.at(-1);
    chain.push(parent === undefined ? diffId : digestOf(`${parent} ${diffId}`));
  }
  return chain;
}
