import type { DeviceTaint, DeviceToleration } from '../../kinds/resource/v1/device-selector.ts';

/** Whether no taint keeps a device from those who tolerate so much. */
export const isTolerated = (
  taints: readonly DeviceTaint[] = [],
  tolerations: readonly DeviceToleration[] = [],
): boolean =>
  taints.every(
    taint =>
      (taint.effect !== 'NoSchedule' && taint.effect !== 'NoExecute') ||
      tolerations.some(toleration => tolerates(toleration, taint)),
  );

function tolerates({ key = '', operator, value = '', effect = '' }: DeviceToleration, taint: DeviceTaint): boolean {
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  return operator === 'Exists' || (operator === 'Equal' && value === (taint.value ?? ''));
}
