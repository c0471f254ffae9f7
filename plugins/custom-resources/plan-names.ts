import type { CustomResourceDefinition } from '../kinds/apiextensions/v1/custom-resource-definition.ts';
import type {
  CustomResourceDefinitionCondition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionStatus,
} from '../kinds/apiextensions/v1/custom-resource-definition-spec.ts';
import { conditionIs, withCondition } from '../kinds/apiextensions/v1/definition-condition.ts';

/**
 * The status of a definition among the others of its group: which of its names are its own, and whether it is served.
 * Names that others have are refused for as long as these have them; apiextensions' naming and establishing controllers.
 */
export function planNames(
  { spec, status }: CustomResourceDefinition,
  others: readonly CustomResourceDefinition[],
  nowMs: number,
): CustomResourceDefinitionStatus {
  const { accepted, condition } = acceptedNames(spec.names, status.acceptedNames, others);
  const named = withCondition({ ...status, acceptedNames: accepted }, condition, nowMs);
  // It is served once its names were seen to be accepted, and said to be served after that.
  const wasAccepted = conditionIs(status, 'NamesAccepted');
  if (conditionIs(status, 'Established')) return named;
  return withCondition(
    named,
    wasAccepted ? ESTABLISHED : condition.status === 'True' ? INSTALLING : NOT_ACCEPTED,
    nowMs,
  );
}

const ESTABLISHED: CustomResourceDefinitionCondition = {
  type: 'Established',
  status: 'True',
  reason: 'InitialNamesAccepted',
  message: 'the initial names have been accepted',
};
const INSTALLING: CustomResourceDefinitionCondition = { ...ESTABLISHED, status: 'False', reason: 'Installing' };
const NOT_ACCEPTED: CustomResourceDefinitionCondition = {
  type: 'Established',
  status: 'False',
  reason: 'NotAccepted',
  message: 'not all names are accepted',
};

interface Accepted {
  readonly accepted: CustomResourceDefinitionNames;
  readonly condition: CustomResourceDefinitionCondition;
}

function acceptedNames(
  wanted: CustomResourceDefinitionNames,
  before: CustomResourceDefinitionNames,
  others: readonly CustomResourceDefinition[],
): Accepted {
  const taken = others.map(({ status }) => status.acceptedNames);
  const resources = new Set(
    taken.flatMap(({ plural, singular = '', shortNames = [] }) => [plural, singular, ...shortNames]),
  );
  const kinds = new Set(taken.flatMap(({ kind, listKind = '' }) => [kind, listKind]));
  const isTaken = (name: string, own: string, names: ReadonlySet<string>): boolean => name !== own && names.has(name);
  const { plural, singular = '', shortNames = [], kind, listKind = '', categories } = wanted;
  const short = shortNames.filter(name => !(before.shortNames ?? []).includes(name) && resources.has(name));
  const conflicts: readonly (readonly [string, readonly string[]])[] = [
    ['PluralConflict', isTaken(plural, before.plural, resources) ? [plural] : []],
    ['SingularConflict', isTaken(singular, before.singular ?? '', resources) ? [singular] : []],
    ['ShortNamesConflict', short],
    ['KindConflict', isTaken(kind, before.kind, kinds) ? [kind] : []],
    ['ListKindConflict', isTaken(listKind, before.listKind ?? '', kinds) ? [listKind] : []],
  ];
  const isFree = new Map(conflicts.map(([reason, names]) => [reason, names.length === 0]));
  const pick = <T>(reason: string, name: T, old: T): T => (isFree.get(reason) === true ? name : old);
  const shortKept = pick('ShortNamesConflict', wanted.shortNames, before.shortNames);
  const singularKept = pick('SingularConflict', wanted.singular, before.singular);
  const listKept = pick('ListKindConflict', wanted.listKind, before.listKind);
  const accepted: CustomResourceDefinitionNames = {
    plural: pick('PluralConflict', plural, before.plural),
    ...(singularKept === undefined ? {} : { singular: singularKept }),
    ...(shortKept === undefined ? {} : { shortNames: shortKept }),
    kind: pick('KindConflict', kind, before.kind),
    ...(listKept === undefined ? {} : { listKind: listKept }),
    ...(categories === undefined ? {} : { categories }),
  };
  return { accepted, condition: conditionOf(conflicts) };
}

/** The last conflict is told. */
function conditionOf(conflicts: readonly (readonly [string, readonly string[]])[]): CustomResourceDefinitionCondition {
  const [reason = 'NoConflicts', names = []] = conflicts.findLast(([, taken]) => taken.length > 0) ?? [];
  const messages = names.map(name => `${JSON.stringify(name)} is already in use`);
  return {
    type: 'NamesAccepted',
    status: names.length === 0 ? 'True' : 'False',
    reason,
    message: messages.length > 1 ? `[${messages.join(', ')}]` : (messages[0] ?? 'no conflicts found'),
  };
}
