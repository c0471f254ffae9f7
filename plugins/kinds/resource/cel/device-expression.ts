import { BOOL, DYN, STRING, mapOf, objectOf, printType, sized } from '../../../../src/cel/cel-type.ts';
import { CelError, CelMap, type CelResult, type CelValue } from '../../../../src/cel/cel-value.ts';
import { adapt } from '../../../../src/cel/adapt.ts';
import { estimateCost } from '../../../../src/cel/estimate.ts';
import { QUANTITY, quantity } from '../../../../src/cel/library/quantity.ts';
import { semver } from '../../../../src/cel/library/semver.ts';
import { compileCel, type CelProgram } from '../../../../src/cel/program.ts';
import { typeOfValue } from '../../../../src/cel/type-of-value.ts';
import type { Device, DeviceAttribute } from '../v1/device.ts';

/** What one evaluation for one device may cost. */
export const MAX_SELECTOR_COST = 1_000_000;

const MAX_DOMAIN_CHARS = 63;
const MAX_ID_CHARS = 32;
const MAX_DRIVER_CHARS = 63;
const MAX_VALUE_CHARS = 64;
const MAX_ENTRIES = 32;

const byName = (value: Parameters<typeof mapOf>[1]) =>
  sized(
    mapOf(sized(STRING, MAX_DOMAIN_CHARS), sized(mapOf(sized(STRING, MAX_ID_CHARS), value), MAX_ENTRIES)),
    MAX_ENTRIES,
  );

const FIELDS = {
  driver: sized(STRING, MAX_DRIVER_CHARS),
  allowMultipleAllocations: BOOL,
  attributes: byName(sized(DYN, MAX_VALUE_CHARS)),
  capacity: byName(QUANTITY),
};

const DEVICE = objectOf(
  'kubernetes.DRADevice',
  () => new Map(Object.entries(FIELDS).map(([property, type]) => [property, { type, property }])),
);
const VARIABLES = { device: DEVICE };

/** An expression about one device, or what is wrong with it, in upstream's words. */
export type DeviceExpression =
  | { readonly program: CelProgram; readonly maxCost: number }
  | { readonly problem: string };

export function compileDeviceExpression(expression: string): DeviceExpression {
  const compiled = compileCel(expression, { variables: VARIABLES, binds: true });
  if (!compiled.ok) return { problem: `compilation failed: ${compiled.message}` };
  const { program } = compiled;
  if (program.type.kind !== 'bool' && program.type.kind !== 'dyn')
    return { problem: `must evaluate to bool or the unknown type, not ${printType(program.type)}` };
  return { program, maxCost: estimateCost(program.expr, program.checked, VARIABLES).max };
}

export type DeviceVerdict = { readonly matches: boolean } | { readonly problem: string };

/** Whether a device of a driver is what a compiled expression asks for. */
export function judgeDevice(program: CelProgram, driver: string, device: Device): DeviceVerdict {
  const { attributes = {}, capacity = {}, allowMultipleAllocations = false } = device;
  const variables = {
    device: {
      driver,
      allowMultipleAllocations,
      attributes: new Domains(driver, Object.entries(attributes), attributeValue),
      capacity: new Domains(driver, Object.entries(capacity), ({ value }) => quantity(value)),
    },
  };
  const outcome = program.evaluate(variables, MAX_SELECTOR_COST);
  if (!outcome.ok) return { problem: outcome.error.message };
  if (typeof outcome.value === 'boolean') return { matches: outcome.value };
  const found = printType(typeOfValue(outcome.value));
  return {
    problem: `CEL result of type ${found} could not be converted to bool: type conversion error from '${found}' to 'bool'`,
  };
}

function attributeValue({ int, bool, string, version }: DeviceAttribute): CelResult {
  if (version !== undefined) return semver(version, false);
  return adapt(int ?? bool ?? string, DYN) ?? new CelError('unsupported attribute value');
}

/** Values by their domain, the driver's unless they name one, and by what they are called there. */
class Domains<T> extends CelMap {
  readonly #domains = new Map<string, Map<string, CelResult>>();

  constructor(driver: string, entries: readonly (readonly [string, T])[], read: (value: T) => CelResult) {
    super();
    for (const [name, value] of entries) {
      const slash = name.indexOf('/');
      const domain = slash === -1 ? driver : name.slice(0, slash);
      const known = this.#domains.get(domain) ?? new Map<string, CelResult>();
      this.#domains.set(domain, known.set(name.slice(slash + 1), read(value)));
    }
  }

  get size(): number {
    return this.#domains.size;
  }

  /** Of a domain that there is not, nothing is known: that is no error. */
  get(key: CelValue): CelResult {
    return new Values(typeof key === 'string' ? this.#domains.get(key) : undefined);
  }

  keys(): readonly string[] {
    return [...this.#domains.keys()];
  }
}

class Values extends CelMap {
  readonly #values: ReadonlyMap<string, CelResult>;

  constructor(values: ReadonlyMap<string, CelResult> = new Map()) {
    super();
    this.#values = values;
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: CelValue): CelResult | undefined {
    return typeof key === 'string' ? this.#values.get(key) : undefined;
  }

  keys(): readonly string[] {
    return [...this.#values.keys()];
  }
}
