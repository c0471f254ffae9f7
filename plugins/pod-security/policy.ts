import { invalid, type FieldError } from '../../src/api/field-error.ts';

export type Level = 'privileged' | 'baseline' | 'restricted';

/** A level as a release of Kubernetes defined it. */
export interface LevelVersion {
  readonly level: Level;
  /** Minor of 1.x; none for the newest there is. */
  readonly minor: number | undefined;
}

/** What a namespace says of its pods: which are refused, and which are taken with a warning. */
export interface Policy {
  readonly enforce: LevelVersion;
  readonly audit: LevelVersion;
  readonly warn: LevelVersion;
}

export interface ParsedPolicy {
  readonly policy: Policy;
  /** About labels that mean nothing; what they say is taken for the strictest where pods are refused. */
  readonly errors: readonly FieldError[];
}

/** From the least strict on. */
const LEVELS: readonly Level[] = ['privileged', 'baseline', 'restricted'];
const PRIVILEGED: LevelVersion = { level: 'privileged', minor: undefined };
const MODES = ['enforce', 'audit', 'warn'] as const;
type Mode = (typeof MODES)[number];

type Labels = Readonly<Record<string, string>>;

export function parsePolicy(labels: Labels = {}): ParsedPolicy {
  const errors: FieldError[] = [];
  const read = (mode: Mode): LevelVersion => ({
    level: readLevel(labels, mode, errors),
    minor: readMinor(labels, mode, errors),
  });
  const [enforce, audit, warn] = MODES.map(read) as [LevelVersion, LevelVersion, LevelVersion];
  return { policy: { enforce, audit, warn: warningLevel(labels, enforce, warn) }, errors };
}

const labelOf = (mode: Mode): string => `pod-security.kubernetes.io/${mode}`;
const versionLabelOf = (mode: Mode): string => `${labelOf(mode)}-version`;

function readLevel(labels: Labels, mode: Mode, errors: FieldError[]): Level {
  const text = labels[labelOf(mode)];
  if (text === undefined) return PRIVILEGED.level;
  const level = LEVELS.find(each => each === text);
  if (level !== undefined) return level;
  errors.push(invalid(`metadata.labels[${labelOf(mode)}]`, text, `must be one of ${LEVELS.join(', ')}`));
  return mode === 'enforce' ? 'restricted' : 'privileged';
}

function readMinor(labels: Labels, mode: Mode, errors: FieldError[]): number | undefined {
  const text = labels[versionLabelOf(mode)];
  if (text === undefined || text === 'latest') return undefined;
  const minor = /^v1\.(0|[1-9]\d{0,8})$/.exec(text)?.[1];
  if (minor !== undefined) return Number(minor);
  errors.push(invalid(`metadata.labels[${versionLabelOf(mode)}]`, text, 'must be "latest" or "v1.x"'));
  return undefined;
}

/** Who enforces a level warns of it too, unless another is asked for. */
function warningLevel(labels: Labels, enforce: LevelVersion, warn: LevelVersion): LevelVersion {
  const isEnforced = LEVELS.some(level => level === labels[labelOf('enforce')]);
  if (labels[labelOf('warn')] !== undefined || !isEnforced || !isStricter(enforce.level, warn.level)) return warn;
  return labels[versionLabelOf('warn')] === undefined ? enforce : { ...warn, level: enforce.level };
}

export const isStricter = (a: Level, b: Level): boolean => LEVELS.indexOf(a) > LEVELS.indexOf(b);

export const isSameLevel = (a: LevelVersion, b: LevelVersion): boolean => a.level === b.level && a.minor === b.minor;

/** `restricted:latest`, `baseline:v1.30`. */
export const printLevel = ({ level, minor }: LevelVersion): string =>
  `${level}:${minor === undefined ? 'latest' : `v1.${minor}`}`;
