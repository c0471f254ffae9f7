import { apiAddress } from '../../plugins/apiserver/contract.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { BootReport } from './boot-report.ts';
import { nodeReady } from './node-ready.ts';
import type { ServerSettings } from './server-options.ts';

/** Waits until this machine's own node is Ready, unless it runs no kubelet, and tells the user what to type next. */
export async function serverReady(
  kernel: Kernel,
  settings: ServerSettings,
  report: BootReport,
  hasNode: boolean,
): Promise<void> {
  const { advertiseAddress, port } = kernel.service(apiAddress);
  report.done('cluster ready', `https://${advertiseAddress}:${port}`);
  if (hasNode) await nodeReady(kernel, report);
  report.say(`\nKubeconfig: ${String(settings['writeKubeconfig'])}`);
  report.say(`Next:       export KUBECONFIG=${String(settings['writeKubeconfig'])} && kubectl get nodes`);
}
