import type { SandboxConfig } from './contract.ts';

/** Relative to the node's root. */
export const cgroupOfContainer = (sandbox: SandboxConfig, containerId: string): string =>
  `${sandbox.cgroupPath}/${containerId}`;
