import { jsonKind } from '../../../src/base/json-kind.ts';
import { invalid } from '../../../src/api/field-error.ts';
import { isRecord, member, type JsonRecord } from '../../../src/api/json-record.ts';
import { isRegisteredKind } from './registered-kinds.ts';
import { invalidError, type StatusError } from '../../../src/api/status-error.ts';

/** What an object should say that it is; any version will do where that is ''. */
interface Named {
  readonly apiVersion: string;
  readonly kind: string;
}

export type KindProblem =
  | { readonly code: 'Unreadable'; readonly detail: string }
  /** `said` is what the object calls itself; in another version upstream reads it all the same. */
  | { readonly code: 'Other' | 'OtherVersion' | 'OtherKind'; readonly detail: string; readonly said: Named };

/** Kind and version may be left out; where they are said they must be the expected ones. */
export function kindProblem(value: JsonRecord, expected: Named): KindProblem | undefined {
  for (const name of ['apiVersion', 'kind']) {
    const said = member(value, name);
    if (said === undefined || said === null || typeof said === 'string') continue;
    const detail = `json: cannot unmarshal ${jsonKind(said)} into Go struct field .${name} of type string`;
    return { code: 'Unreadable', detail: `${NO_KIND}: ${detail}` };
  }
  const [apiVersion, kind] = [textOf(member(value, 'apiVersion')), textOf(member(value, 'kind'))];
  if (apiVersion.split('/').length > 2) {
    return { code: 'Unreadable', detail: `unexpected GroupVersion string: ${apiVersion}` };
  }
  const said = { apiVersion: apiVersion || expected.apiVersion, kind: kind || expected.kind };
  if (said.kind === expected.kind && (expected.apiVersion === '' || said.apiVersion === expected.apiVersion)) {
    return undefined;
  }
  if (expected.apiVersion === '' || !isRegisteredKind(said.apiVersion, said.kind)) {
    return { code: 'Other', detail: notRegistered(said), said };
  }
  const [group, own] = [said, expected].map(({ apiVersion: version }) => groupOf(version)) as [string, string];
  if (said.kind === expected.kind && (group === own || [group, own].some(one => MOVED_FROM.has(one)))) {
    return { code: 'OtherVersion', detail: '', said };
  }
  const from = `${versionOf(said.apiVersion)}.${said.kind}`;
  const detail = `converting (${from}) to (${own.split('.')[0] ?? ''}.${expected.kind}): unknown conversion`;
  return { code: 'Other', detail, said };
}

const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : 'core');

/** Groups whose kinds are those of others besides. */
const MOVED_FROM: ReadonlySet<string> = new Set(['extensions', 'events.k8s.io']);

export const NO_KIND = "couldn't get version/kind; json parse error";

export const versionOf = (apiVersion: string): string => apiVersion.split('/').at(-1) ?? '';

/** In the scheme where upstream registers its kinds. */
const notRegistered = ({ kind, apiVersion }: Named): string =>
  `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The same of a custom kind, which is read as whatever it calls itself: it has to, and is held to it afterwards. */
export function customKindProblem(value: JsonRecord, expected: Named, text: () => string): KindProblem | undefined {
  const problem = kindProblem(value, expected);
  if (problem?.code === 'Unreadable') return problem;
  const said = { apiVersion: textOf(member(value, 'apiVersion')), kind: textOf(member(value, 'kind')) };
  if (said.kind === '') return { code: 'Unreadable', detail: `Object 'Kind' is missing in '${text()}'` };
  if (said.apiVersion !== expected.apiVersion) {
    return { code: 'OtherVersion', detail: `must be ${expected.apiVersion}`, said };
  }
  return said.kind === expected.kind ? undefined : { code: 'OtherKind', detail: `must be ${expected.kind}`, said };
}

/** A custom object that turned out to call itself otherwise. */
export function misnamedError(problem: Exclude<KindProblem, { code: 'Unreadable' }>, value: JsonRecord): StatusError {
  const { code, detail, said } = problem;
  const { apiVersion, kind } = said;
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  const { metadata } = value;
  const name = isRecord(metadata) ? textOf(metadata['name']) : '';
  const error = code === 'OtherKind' ? invalid('kind', kind, detail) : invalid('apiVersion', apiVersion, detail);
  return invalidError({ group, kind }, name, [error]);
}
