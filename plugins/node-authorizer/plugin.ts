import { definePlugin } from '../../src/kernel/plugin.ts';
import { caches } from '../../src/sdk/caches.ts';
import { admission, authorizers } from '../apiserver/contract.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { PersistentVolume } from '../kinds/core/v1/persistent-volume.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { NetworkPolicy } from '../kinds/networking/v1/network-policy.ts';
import { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import { CSIDriver } from '../kinds/storage/v1/csi-driver.ts';
import { ResourceSlice } from '../kinds/resource/v1/resource-slice.ts';
import { VolumeAttachment } from '../kinds/storage/v1/volume-attachment.ts';
import { nodeAuthorizer } from './node-authorizer.ts';
import { nodeRestriction } from './node-restriction.ts';

export default definePlugin({
  name: 'node-authorizer',
  description: 'what a kubelet may read and write: its own node, the pods that are bound to it, and what they refer to',
  essential: true,
  needs: { caches },
  start({ needs, contribute }) {
    const pods = needs.caches.of(Pod);
    const [volumes, policies] = [needs.caches.of(PersistentVolume), needs.caches.of(NetworkPolicy)];
    const attachments = needs.caches.of(VolumeAttachment);
    const slices = needs.caches.of(ResourceSlice);
    contribute(authorizers, nodeAuthorizer({ pods, volumes, policies, attachments, slices }));
    const [claims, drivers] = [needs.caches.of(PersistentVolumeClaim), needs.caches.of(CSIDriver)];
    contribute(admission, nodeRestriction({ pods, nodes: needs.caches.of(Node), claims, volumes, drivers }));
  },
});
