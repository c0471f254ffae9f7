import type { PodSpec } from '../kinds/core/v1/pod-spec.ts';
import type { Toleration } from '../kinds/core/v1/toleration.ts';

const GRACE_SECONDS = 300;
const KEYS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const;

/** Lets a pod stay five minutes on a node that fails, unless it says otherwise (DefaultTolerationSeconds). */
export function withDefaultTolerations(spec: PodSpec): PodSpec {
  const present = spec.tolerations ?? [];
  const missing = KEYS.filter(key => !present.some(toleration => tolerates(toleration, key)));
  if (missing.length === 0) return spec;
  const added = missing.map(
    (key): Toleration => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: GRACE_SECONDS }),
  );
  return { ...spec, tolerations: [...present, ...added] };
}

const tolerates = ({ key = '', effect }: Toleration, taint: string): boolean =>
  (key === taint || key === '') && (effect === 'NoExecute' || effect === undefined);
