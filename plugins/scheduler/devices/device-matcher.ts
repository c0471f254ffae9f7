import {
  compileDeviceExpression,
  judgeDevice,
  type DeviceExpression,
} from '../../kinds/resource/cel/device-expression.ts';
import type { Device } from '../../kinds/resource/v1/device.ts';
import type { OfferedDevice } from './device-pools.ts';

/** Expressions that are kept compiled, and verdicts that are kept for one device. */
const MAX_KNOWN = 256;

type Verdict = boolean | { readonly problem: string };

/** Which devices expressions are true for. Each is asked once, as long as its driver tells of the device the same. */
export class DeviceMatcher {
  readonly #expressions = new Map<string, DeviceExpression>();
  readonly #verdicts = new WeakMap<Device, Map<string, Verdict>>();

  matches({ driver, device }: OfferedDevice, expression: string): Verdict {
    const verdicts = this.#verdicts.get(device) ?? new Map<string, Verdict>();
    const known = verdicts.get(expression);
    if (known !== undefined) return known;
    if (verdicts.size >= MAX_KNOWN) verdicts.clear();
    const verdict = this.#judge(driver, device, expression);
    this.#verdicts.set(device, verdicts.set(expression, verdict));
    return verdict;
  }

  #judge(driver: string, device: Device, text: string): Verdict {
    const expression = this.#compiled(text);
    if ('problem' in expression) return { problem: `CEL compile error: ${expression.problem}` };
    const verdict = judgeDevice(expression.program, driver, device);
    return 'problem' in verdict ? { problem: `CEL runtime error: ${verdict.problem}` } : verdict.matches;
  }

  #compiled(text: string): DeviceExpression {
    const known = this.#expressions.get(text);
    if (known !== undefined) return known;
    if (this.#expressions.size >= MAX_KNOWN) this.#expressions.clear();
    const compiled = compileDeviceExpression(text);
    this.#expressions.set(text, compiled);
    return compiled;
  }
}
