import type { Device, DeviceAttribute } from '../../kinds/resource/v1/device.ts';
import type { DeviceConstraint } from '../../kinds/resource/v1/resource-claim-spec.ts';

/** A device for a request, `name` being `request` or `request/subrequest`. */
export interface Constrained {
  readonly request: { readonly name: string; readonly base: string };
  readonly offered: { readonly driver: string; readonly device: Device };
}

/** Whether a device may join those that a claim has been given so far. */
export function allowsDevice(
  { requests = [], matchAttribute, distinctAttribute }: DeviceConstraint,
  given: readonly Constrained[],
  candidate: Constrained,
): boolean {
  const concerns = ({ request }: Constrained): boolean =>
    requests.length === 0 || requests.includes(request.base) || requests.includes(request.name);
  if (!concerns(candidate)) return true;
  const name = matchAttribute ?? distinctAttribute ?? '';
  const value = valueOf(candidate, name);
  if (value === undefined) return false;
  const others = given.filter(concerns).map(other => valueOf(other, name));
  return matchAttribute === undefined ? !others.includes(value) : others.every(other => other === value);
}

/** Told apart by its type, too. */
function valueOf({ offered: { driver, device } }: Constrained, name: string): string | undefined {
  const attribute = attributeOf(device, driver, name);
  if (attribute === undefined) return undefined;
  const { int, bool, string, version } = attribute;
  return JSON.stringify([
    typeof (int ?? bool ?? string),
    string ?? version ?? String(int ?? bool),
    version !== undefined,
  ]);
}

/** By its whole name; or of its driver, without the domain. */
function attributeOf({ attributes = {} }: Device, driver: string, name: string): DeviceAttribute | undefined {
  if (Object.hasOwn(attributes, name)) return attributes[name];
  const slash = name.indexOf('/');
  const id = name.slice(slash + 1);
  return slash >= 0 && name.slice(0, slash) === driver && Object.hasOwn(attributes, id) ? attributes[id] : undefined;
}
