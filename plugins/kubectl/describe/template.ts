import { listAt, textAt, textsAt } from '../dig.ts';
import { describeContainers } from './containers.ts';
import type { Description } from './description.ts';
import { describeAnnotations, describeLabels } from './labels.ts';
import { describeSpread, describeTolerations } from './tolerations-and-spread.ts';
import { describeVolumes } from './volumes.ts';

/** A pod template; lines stand one level in. */
export function describeTemplate(out: Description, template: unknown): void {
  const annotations = textsAt(template, 'metadata', 'annotations');
  describeLabels(out, '  Labels', textsAt(template, 'metadata', 'labels'));
  if (Object.keys(annotations).length > 0) describeAnnotations(out, '  Annotations', annotations);
  const account = textAt(template, 'spec', 'serviceAccountName');
  if (account !== '') out.line(`  Service Account:\t${account}`);
  const containers = (field: string): readonly unknown[] => listAt(template, 'spec', field);
  const common = { statuses: [], inTemplate: true, fieldValue: () => '' };
  if (containers('initContainers').length > 0) {
    describeContainers(out, { title: 'Init Containers', containers: containers('initContainers'), ...common });
  }
  describeContainers(out, { title: 'Containers', containers: containers('containers'), ...common });
  describeVolumes(out, listAt(template, 'spec', 'volumes'), true);
  describeSpread(out, listAt(template, 'spec', 'topologySpreadConstraints'), true);
  const priority = textAt(template, 'spec', 'priorityClassName');
  if (priority !== '') out.line(`  Priority Class Name:\t${priority}`);
  describeLabels(out, '  Node-Selectors', textsAt(template, 'spec', 'nodeSelector'));
  describeTolerations(out, '  Tolerations', listAt(template, 'spec', 'tolerations'));
}
