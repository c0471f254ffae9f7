import { invalid, type FieldError } from '../../src/api/field-error.ts';
import { groupResourceText, parseGroupResource } from './resource-of-key.ts';

/** What is wrong with the names of one list, in upstream's words and order. Pure. */
export const resourceProblems = (resources: readonly string[], at: string): readonly FieldError[] => [
  ...overlapProblems(resources, at),
  ...resources.flatMap((name, index) => {
    const problem = nameProblem(name);
    return problem === undefined ? [] : [invalid(`${at}[${index}]`, name, problem)];
  }),
];

function overlapProblems(resources: readonly string[], at: string): readonly FieldError[] {
  const named = resources.map(parseGroupResource);
  const names = named.map(groupResourceText);
  const isRepeated = new Set(names).size < names.length;
  const overlaps = named.some(
    ({ group, resource }, index) =>
      resource === '*' && named.some((other, place) => place !== index && (group === '*' || other.group === group)),
  );
  return [
    ...(isRepeated ? [invalid(at, resources, 'the same resource cannot be specified multiple times')] : []),
    ...(overlaps ? [invalid(at, resources, OVERLAP)] : []),
  ];
}

const OVERLAP =
  "using overlapping resources such as 'secrets' and '*.' in the same resource list is not allowed as they will be masked";

function nameProblem(name: string): string | undefined {
  if (name !== name.toLowerCase()) return 'resource name should not contain capital letters';
  if (name === '*') return "use '*.' to encrypt all the resources from core API group or *.* to encrypt all resources";
  if (NO_API.has(name)) return 'resources which do not have REST API/s cannot be encrypted';
  const { group, resource } = parseGroupResource(name);
  if (group === 'events.k8s.io') {
    return "'*.events.k8s.io' objects are stored using the 'events' API group in etcd. Use 'events' instead in the config file";
  }
  if (group === 'extensions') return "'extensions' group has been removed and cannot be used for encryption";
  return group === '*' && resource !== '*' ? 'encrypting the same resource across groups is not supported' : undefined;
}

const NO_API: ReadonlySet<string> = new Set(['apiserveripinfo', 'serviceipallocations', 'servicenodeportallocations']);
