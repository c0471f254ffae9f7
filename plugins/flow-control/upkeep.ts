import { isDeepEqual } from '../../src/base/deep-equal.ts';

const AUTOUPDATE = 'apf.kubernetes.io/autoupdate-spec';

/** What is stored under the name of one of the server's own configuration objects, or of none. */
export interface Kept<Spec> {
  readonly metadata: {
    readonly name: string;
    readonly generation?: number | undefined;
    readonly annotations?: Readonly<Record<string, string>> | undefined;
  };
  readonly spec: Spec;
}

export type Upkeep<Spec> =
  | { readonly type: 'update'; readonly spec: Spec; readonly annotations: Readonly<Record<string, string>> }
  /** The server made it once and does not any more. */
  | { readonly type: 'delete' };

/**
 * What is to be done with a stored object. `wanted`: what the server has under its name; mandatory ones are as it says,
 * suggested ones while their annotation lets it, or while nobody changed them where it does not say.
 */
export function upkeepOf<Spec>(
  stored: Kept<Spec>,
  wanted: { readonly spec: Spec; readonly isMandatory: boolean } | undefined,
): Upkeep<Spec> | undefined {
  const { annotations = {}, generation } = stored.metadata;
  const said = goBoolean(annotations[AUTOUPDATE]);
  if (wanted === undefined) return said === true ? { type: 'delete' } : undefined;
  const isKept = wanted.isMandatory || (said ?? generation === 1);
  const isChanged = isKept && !isDeepEqual(wanted.spec, stored.spec);
  if (!isChanged && said === isKept) return undefined;
  return {
    type: 'update',
    spec: isChanged ? wanted.spec : stored.spec,
    annotations: said === isKept ? annotations : { ...annotations, [AUTOUPDATE]: String(isKept) },
  };
}

/** As Go's strconv.ParseBool reads it. */
function goBoolean(text = ''): boolean | undefined {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text) ? false : undefined;
}
