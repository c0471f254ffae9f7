import type { Network } from './world.ts';

/** What this machine's node is called, where its configuration does not say otherwise. */
export const ownNodeName = (configured: string, network: Network): string =>
  configured === '' ? network.hostname().toLowerCase() : configured;
