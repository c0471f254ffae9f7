import type { DeviceTaint, DeviceToleration } from './device-selector.ts';

/** Whether a taint does not matter by a toleration; what its effect is is not looked at here. */
export function toleratesDevice(
  { key = '', operator, value = '', effect = '' }: DeviceToleration,
  taint: DeviceTaint,
): boolean {
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  return operator === 'Exists' || (operator === 'Equal' && value === (taint.value ?? ''));
}
