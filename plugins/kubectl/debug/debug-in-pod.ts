import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import type { Found } from '../builder/found.ts';
import type { Call } from '../command/verb.ts';
import { dig, listAt, textAt, withField } from '../dig.ts';
import { Failure, isReason } from '../failures.ts';
import { patchObject } from '../write/patch-object.ts';
import { withCustomContainer } from './custom-container.ts';
import type { DebugOptions } from './debug-options.ts';
import { containerName, debugContainer, warnOfUser, type DebugSession } from './debug-session.ts';
import { withProfile } from './profiles.ts';

/** Adds an ephemeral container to a pod. */
export async function debugInPod(call: Call, found: Found, options: DebugOptions): Promise<DebugSession> {
  const name = containerName(call, found.object, options);
  const there = listAt(found.object, 'spec', 'ephemeralContainers');
  const added = {
    ...debugContainer(name, options),
    ...(options.target === '' ? {} : { targetContainerName: options.target }),
  };
  const grown = withField(found.object, ['spec', 'ephemeralContainers'], [...there, added]);
  const pod = withCustomContainer(
    withProfile(options.profile, 'ephemeral', grown, name, options.keeps),
    name,
    options.custom,
  );
  warnOfUser(call, pod, name);
  const containers = listAt(pod, 'spec', 'ephemeralContainers');
  const patch = {
    spec: {
      '$setElementOrder/ephemeralContainers': containers.map(each => ({ name: textAt(each, 'name') })),
      ephemeralContainers: containers.filter((each, i) => !isDeepEqual(each, there[i])),
    },
  };
  const client = await call.cluster.client();
  try {
    const patched = await patchObject(client, found, patch, { type: 'strategic', subresource: 'ephemeralcontainers' });
    return { pod: patched, container: name };
  } catch (error) {
    // A pod that is not there is named; a server without the subresource names nothing.
    if (!isReason(error, 'NotFound') || dig(error.status, 'details', 'name') !== undefined) throw error;
    throw new Failure(
      `ephemeral containers are disabled for this cluster (error from server: ${JSON.stringify(error.message)})`,
    );
  }
}
