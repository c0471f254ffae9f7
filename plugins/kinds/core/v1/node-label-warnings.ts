import type { LabelSelector } from '../../../../src/api/label-selector.ts';

/** Labels of nodes that have gone out of use. */
const OLD_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods': 'deprecated since v1.22; use Taints and Tolerations instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
};

/** What has taken the place of a label of nodes. */
export const oldLabel = (key: string): string | undefined =>
  Object.hasOwn(OLD_LABELS, key) ? OLD_LABELS[key] : undefined;

/** What is said of a selector of nodes that asks for such labels. */
export function nodeLabelWarnings(selector: LabelSelector | undefined, field: string): readonly string[] {
  const { matchExpressions = [], matchLabels = {} } = selector ?? {};
  return [
    ...matchExpressions.flatMap(({ key }, index) => {
      const message = oldLabel(key);
      return message === undefined ? [] : [`${field}.matchExpressions[${index}].key: ${key} is ${message}`];
    }),
    ...Object.keys(matchLabels).flatMap(key => {
      const message = oldLabel(key);
      return message === undefined ? [] : [`${field}.matchLabels.${key}: ${message}`];
    }),
  ];
}
