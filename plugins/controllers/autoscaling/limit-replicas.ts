import type { AutoscalerBehavior, ScalingRules } from '../../kinds/autoscaling/v2/scaling-rules.ts';
import { DOWNSCALE_STABILIZATION_SECONDS } from './limits.ts';
import { changeWithin, type Recommendation, type ScaleHistory } from './scale-history.ts';

export interface LimitQuestion {
  readonly current: number;
  /** What metrics ask for. */
  readonly wanted: number;
  readonly min: number;
  readonly max: number;
  readonly behavior: AutoscalerBehavior | undefined;
  readonly history: ScaleHistory;
  readonly nowMs: number;
}

export interface Word {
  readonly reason: string;
  readonly message: string;
}

export interface LimitedReplicas {
  readonly replicas: number;
  /** Of the condition AbleToScale. */
  readonly able: Word;
  /** Of the condition ScalingLimited. */
  readonly limited: Word & { readonly status: 'True' | 'False' };
  readonly history: ScaleHistory;
}

/** What is wanted, once recent recommendations, bounds and rates have had their say. */
export function limitReplicas(question: LimitQuestion): LimitedReplicas {
  const { wanted, history, nowMs } = question;
  const {
    replicas: steady,
    word,
    kept,
  } = question.behavior === undefined ? stabilized(question) : windowed(question, question.behavior);
  const able = steady === wanted ? READY : word;
  const { replicas, ...limit } =
    question.behavior === undefined ? bounded(question, steady) : rated(question, steady, question.behavior);
  const recommendations = [...kept, { replicas: wanted, atMs: nowMs }];
  const status = replicas === steady ? 'False' : 'True';
  return { replicas, able, limited: { ...limit, status }, history: { ...history, recommendations } };
}

const READY: Word = { reason: 'ReadyForNewScale', message: 'recommended size matches current size' };
const DOWN_STABILIZED: Word = {
  reason: 'ScaleDownStabilized',
  message: 'recent recommendations were higher than current one, applying the highest recent recommendation',
};
const UP_STABILIZED: Word = {
  reason: 'ScaleUpStabilized',
  message: 'recent recommendations were lower than current one, applying the lowest recent recommendation',
};

interface Stable {
  readonly replicas: number;
  readonly word: Word;
  readonly kept: readonly Recommendation[];
}

function stabilized({ wanted, history, nowMs }: LimitQuestion): Stable {
  const kept = history.recommendations.filter(({ atMs }) => atMs >= nowMs - DOWNSCALE_STABILIZATION_SECONDS * 1000);
  return { replicas: Math.max(wanted, ...kept.map(({ replicas }) => replicas)), word: DOWN_STABILIZED, kept };
}

function windowed(
  { current, wanted, history, nowMs }: LimitQuestion,
  { scaleUp, scaleDown }: AutoscalerBehavior,
): Stable {
  const upMs = (scaleUp?.stabilizationWindowSeconds ?? 0) * 1000;
  const downMs = (scaleDown?.stabilizationWindowSeconds ?? DOWNSCALE_STABILIZATION_SECONDS) * 1000;
  const since = (ms: number): readonly number[] =>
    history.recommendations.filter(({ atMs }) => atMs > nowMs - ms).map(({ replicas }) => replicas);
  const lowest = Math.min(wanted, ...since(upMs));
  const highest = Math.max(wanted, ...since(downMs));
  return {
    replicas: Math.min(Math.max(current, lowest), highest),
    word: wanted >= current ? UP_STABILIZED : DOWN_STABILIZED,
    kept: history.recommendations.filter(({ atMs }) => atMs >= nowMs - Math.max(upMs, downMs)),
  };
}

type Limit = Word & { readonly replicas: number };
const TOO_FAST: Word = {
  reason: 'ScaleUpLimit',
  message: 'the desired replica count is increasing faster than the maximum scale rate',
};
const TOO_MANY: Word = {
  reason: 'TooManyReplicas',
  message: 'the desired replica count is more than the maximum replica count',
};
const TOO_FEW: Word = {
  reason: 'TooFewReplicas',
  message: 'the desired replica count is less than the minimum replica count',
};
const TOO_FAST_DOWN: Word = {
  reason: 'ScaleDownLimit',
  message: 'the desired replica count is decreasing faster than the maximum scale rate',
};
const WITHIN: Word = { reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' };

/** Twice as many at once, four at least. */
function bounded({ current, min, max }: LimitQuestion, replicas: number): Limit {
  const rate = Math.max(2 * current, 4);
  if (replicas < min) return { replicas: min, ...TOO_FEW };
  const most = Math.min(max, rate);
  return replicas > most ? { replicas: most, ...(max > rate ? TOO_FAST : TOO_MANY) } : { replicas, ...WITHIN };
}

function rated(question: LimitQuestion, replicas: number, { scaleUp, scaleDown }: AutoscalerBehavior): Limit {
  const { current, min, max } = question;
  if (replicas > current) {
    const rate = Math.max(current, scaleUp === undefined ? max : upLimit(question, scaleUp));
    const most = Math.min(max, rate);
    if (replicas > most) return { replicas: most, ...(max > rate ? TOO_FAST : TOO_MANY) };
  } else if (replicas < current) {
    const rate = Math.min(current, scaleDown === undefined ? min : downLimit(question, scaleDown));
    const fewest = Math.max(min, rate);
    if (replicas < fewest) return { replicas: fewest, ...(min < rate ? TOO_FAST_DOWN : TOO_FEW) };
  }
  return { replicas, ...WITHIN };
}

function upLimit(question: LimitQuestion, { selectPolicy, policies = [] }: ScalingRules): number {
  if (selectPolicy === 'Disabled') return question.current;
  const proposals = policies.map(({ type, value, periodSeconds }) => {
    const from = atStartOf(question, periodSeconds);
    // Rounded up: a small number would never grow.
    return type === 'Pods' ? from + value : Math.ceil(from * (1 + value / 100));
  });
  return selectPolicy === 'Min' ? Math.min(...proposals) : Math.max(...proposals);
}

function downLimit(question: LimitQuestion, { selectPolicy, policies = [] }: ScalingRules): number {
  if (selectPolicy === 'Disabled') return question.current;
  const proposals = policies.map(({ type, value, periodSeconds }) => {
    const from = atStartOf(question, periodSeconds);
    return type === 'Pods' ? from - value : Math.trunc(from * (1 - value / 100));
  });
  return selectPolicy === 'Min' ? Math.max(...proposals) : Math.min(...proposals);
}

/** How many there were when the period began. */
const atStartOf = ({ current, history: { ups, downs }, nowMs }: LimitQuestion, periodSeconds: number): number =>
  current - changeWithin(ups, periodSeconds, nowMs) + changeWithin(downs, periodSeconds, nowMs);
