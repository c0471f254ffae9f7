import { type Stored, boolean, int64, list, listSet, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const tokenRequest = object({
  audience: string().zero().doc('Who the token is for; the API server if empty.').at(1),
  expirationSeconds: int64().optional().doc('How long it is good for.').at(2),
})
  .named('io.k8s.api.storage.v1.TokenRequest')
  .doc('A token of the pod’s account that a driver gets.');

export const csiDriverSpec = object({
  attachRequired: boolean().default(true).doc('Whether volumes are attached to nodes before they are mounted.').at(1),
  podInfoOnMount: boolean().optional().doc('Whether it is told which pod a volume is mounted for.').at(2),
  storageCapacity: boolean().optional().doc('Whether it tells how much storage there is.').at(4),
  fsGroupPolicy: oneOf('File', 'None', 'ReadWriteOnceWithFSType')
    .choices()
    .default('ReadWriteOnceWithFSType')
    .doc('Whether the group of files may be changed: ReadWriteOnceWithFSType, File or None.')
    .at(5),
  tokenRequests: list(tokenRequest).omitEmpty().doc('Tokens of the pod’s account that it gets.').at(6),
  volumeLifecycleModes: listSet(string())
    .patchKey(null)
    .whenEmpty(['Persistent'])
    .doc('Lives its volumes can lead: Persistent, Ephemeral.')
    .at(3),
  requiresRepublish: boolean().optional().doc('Whether it is called again and again for mounted volumes.').at(7),
  seLinuxMount: boolean().optional().doc('Whether it mounts with a context of SELinux.').at(8),
  nodeAllocatableUpdatePeriodSeconds: int64()
    .optional()
    .doc('How often nodes ask it how many volumes they can hold.')
    .at(9),
  serviceAccountTokenInSecrets: boolean()
    .optional()
    .doc('Whether it gets tokens among secrets, not among attributes.')
    .at(10),
  preventPodSchedulingIfMissing: boolean().optional().doc('Whether pods wait for nodes that have the driver.').at(11),
})
  .named('io.k8s.api.storage.v1.CSIDriverSpec')
  .doc('How a driver is to be used.');
export type CSIDriverSpec = Stored<typeof csiDriverSpec>;
