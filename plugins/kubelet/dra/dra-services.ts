import { list, map, object, string } from '../../../src/schema/schema.ts';
import { defineRpc } from '../drivers/rpc.ts';

/** What a kubelet asks of drivers of devices: k8s.io/kubelet/pkg/apis/dra/v1/api.proto, and v1beta1 in the same words. */
const claim = object({ namespace: string().at(1), uid: string().at(2), name: string().at(3) });
const request = object({ claims: list(claim).at(1) });

const device = object({
  requestNames: list(string()).zero().at(1),
  poolName: string().zero().at(2),
  deviceName: string().zero().at(3),
  cdiDeviceIds: list(string()).zero().at(4),
  shareId: string().optional().at(5),
});

const prepared = object({
  claims: map(object({ devices: list(device).zero().at(1), error: string().zero().at(2) }))
    .zero()
    .at(1),
});
const unprepared = object({
  claims: map(object({ error: string().zero().at(1) }))
    .zero()
    .at(1),
});

const service = (version: string) => {
  const path = `/k8s.io.kubelet.pkg.apis.dra.${version}.DRAPlugin`;
  return {
    prepare: defineRpc(`${path}/NodePrepareResources`, request, prepared),
    unprepare: defineRpc(`${path}/NodeUnprepareResources`, request, unprepared),
  };
};

/** By what drivers call them when they are found; best first. */
export const DRA_SERVICES = { 'v1.DRAPlugin': service('v1'), 'v1beta1.DRAPlugin': service('v1beta1') };
export type DraService = ReturnType<typeof service>;
