import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { staticProgram } from '../../../images/static-program.ts';
import { native as loadNative } from '../../../native/index.ts';
import { freshDirectoryStep, freshFileStep } from '../../../src/base/file-steps.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import type { SandboxConfig } from '../contract.ts';
import { openCgroups, type RuntimeSettings } from '../open-runtime.ts';
import { REQUEST } from '../protocol.ts';
import { sandboxPlan, shapeNamespaces, SHIMS_CGROUP, sparePlan } from '../sandbox-plan.ts';
import { ShimClient } from '../shim-client.ts';
import { StateDirectory } from '../state-directory.ts';

const SOURCES = fileURLToPath(new URL('../../../native/shim/', import.meta.url));
const OBJECTS = fileURLToPath(new URL('../../../build/Release/obj.target/tiphys-shim/native/shim/', import.meta.url));
/** What is built anew of it; the rest is as it was built. */
const KNOWING = ['plan', 'shim'];

/** A shim that knows no later step and request than these, by their names in protocol.h. */
export async function buildOlderShim(newest: { readonly step: string; readonly request: string }): Promise<Buffer> {
  const objects = readdirSync(OBJECTS).filter(name => name.endsWith('.o') && !KNOWING.includes(name.slice(0, -2)));
  return staticProgram(
    '-D_GNU_SOURCE',
    `-DNEWEST_STEP=${newest.step}`,
    `-DNEWEST_REQUEST=${newest.request}`,
    ...KNOWING.map(name => join(SOURCES, `${name}.c`)),
    ...objects.map(name => join(OBJECTS, name)),
  );
}

/** A sandbox as a daemon of an earlier release left it behind; answers its id. */
export async function leaveSandbox(program: Buffer, settings: RuntimeSettings, config: SandboxConfig): Promise<string> {
  const [native, world] = [loadNative(), hostWorld()];
  const cgroups = await openCgroups(world, settings);
  const state = new StateDirectory(world.files, native, settings.dataDir, settings.runDir);
  const id = world.random.bytes(32).toString('hex');
  const directory = state.sandbox(id);
  const text = JSON.stringify({ format: 1, state: { id, config, createdAtMs: world.clock.now() } });
  const executable = native.sealedMemfd('tiphys-shim', program, true);
  const shim = await native.spawnShim({
    files: [freshDirectoryStep(directory, 0o700), freshFileStep(join(directory, 'sandbox.json'), text, 0o600)],
    program: executable,
    args: ['tiphys-shim', directory, `${config.podNamespace}/${config.podName}`],
    namespaces: shapeNamespaces(config),
    cgroup: cgroups.enter(SHIMS_CGROUP).unified,
  });
  const client = new ShimClient(native, world.timers, shim.socket, 1, { onEvent: () => {}, onEnd: () => {} });
  const plans = [sparePlan(config, cgroups), sandboxPlan(config, cgroups, join(directory, 'shm'))];
  await client.request(REQUEST.setup, Buffer.concat(plans.map(plan => plan.encode())));
  client.close();
  for (const fd of [shim.pidfd, executable]) native.closeFd(fd);
  return id;
}
