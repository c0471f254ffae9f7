import { toleratesDevice } from '../../kinds/resource/v1/tolerates-device.ts';
import type { DeviceTaint, DeviceToleration } from '../../kinds/resource/v1/device-selector.ts';

/** Whether no taint keeps a device from those who tolerate so much. */
export const isTolerated = (
  taints: readonly DeviceTaint[] = [],
  tolerations: readonly DeviceToleration[] = [],
): boolean =>
  taints.every(
    taint =>
      (taint.effect !== 'NoSchedule' && taint.effect !== 'NoExecute') ||
      tolerations.some(toleration => toleratesDevice(toleration, taint)),
  );
