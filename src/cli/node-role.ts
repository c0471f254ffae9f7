import type { BUILTIN_PLUGINS } from '../../plugins/builtin.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { BootReport } from './boot-report.ts';
import type { ServerSettings } from './server-options.ts';

/** What a process runs as: a whole cluster's first node, or one more node of a cluster. */
export interface NodeRole {
  readonly plugins: typeof BUILTIN_PLUGINS;
  /** Those that read what all wait for, while the others are loaded. */
  readonly first: readonly string[];
  /** Tells when what was asked for is there, and what to type next. */
  ready(kernel: Kernel, settings: ServerSettings, report: BootReport, hasNode: boolean): Promise<void>;
}
