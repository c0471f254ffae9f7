import { boolean, list, object, string } from '../../../src/schema/schema.ts';
import { defineRpc } from './rpc.ts';

/** How plugins and kubelet come together: k8s.io/kubelet/pkg/apis/pluginregistration/v1/api.proto. */
export const getInfo = defineRpc(
  '/pluginregistration.Registration/GetInfo',
  object({}),
  object({
    type: string().zero().at(1),
    name: string().zero().at(2),
    endpoint: string().zero().at(3),
    supportedVersions: list(string()).zero().at(4),
  }),
);

export const notifyRegistrationStatus = defineRpc(
  '/pluginregistration.Registration/NotifyRegistrationStatus',
  object({ pluginRegistered: boolean().at(1), error: string().omitEmpty().at(2) }),
  object({}),
);
