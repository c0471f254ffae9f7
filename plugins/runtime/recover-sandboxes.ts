import { findShim } from './find-shim.ts';
import { killShim } from './kill-shim.ts';
import { PodSandbox } from './pod-sandbox.ts';
import type { RuntimeEnvironment } from './runtime-environment.ts';
import { sweepCgroups } from './sweep-cgroups.ts';
import type { FoundSandbox } from './state-directory.ts';

/**
 * Finds the pods of an earlier daemon again. A shim that answers keeps its pod exactly as it is; where
 * none does, the pod has died, is cleaned up and reported gone. What belongs to nobody is removed.
 */
export async function recoverSandboxes(
  environment: RuntimeEnvironment,
  sandboxes: Map<string, PodSandbox>,
): Promise<void> {
  const { state, log } = environment;
  const sameBoot = await state.sameBoot();
  const found = await state.find();
  await Promise.all(
    found.map(async each => {
      try {
        await recoverOne(environment, sandboxes, each, sameBoot);
      } catch (error) {
        log.error('cannot recover a sandbox', { directory: each.directory, error });
        await discard(environment, each);
      }
    }),
  );
  await state.forgetSpares();
  const pods = [...sandboxes.values()];
  await sweepCgroups(environment, new Set(pods.map(pod => pod.state.config.cgroupPath)));
  const containers = new Set(pods.flatMap(pod => [...pod.containers.keys()]));
  await state.forgetLayers((await state.layerIds()).filter(id => !containers.has(id)));
}

async function recoverOne(
  environment: RuntimeEnvironment,
  sandboxes: Map<string, PodSandbox>,
  found: FoundSandbox,
  sameBoot: boolean,
): Promise<void> {
  if (found.state === undefined) {
    environment.log.error('the description of a sandbox is damaged', { directory: found.directory });
    await discard(environment, found);
    return;
  }
  if (!sameBoot) await killShim(environment, found.directory);
  const shim = sameBoot ? findShim(environment.native, found.directory) : null;
  const sandbox = new PodSandbox(environment, found.state, shim);
  try {
    await (shim === null ? sandbox.recoverDead(found.containers) : sandbox.recover(found.containers));
  } catch (error) {
    sandbox.detach();
    throw error;
  }
  sandboxes.set(found.state.id, sandbox);
}

/** A pod that cannot be understood is lost, and only it: its shim is killed, its files are kept aside. */
async function discard(environment: RuntimeEnvironment, found: FoundSandbox): Promise<void> {
  await killShim(environment, found.directory);
  await environment.state.quarantine(found.directory, environment.world.clock.now());
}
