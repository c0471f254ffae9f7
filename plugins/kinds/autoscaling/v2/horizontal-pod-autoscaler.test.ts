import { describe, expect, it } from 'vitest';
import { complaints, stored } from '../../testing/complaints.ts';
import { row } from '../../testing/row.ts';
import { HorizontalPodAutoscaler as V1 } from '../v1/horizontal-pod-autoscaler.ts';
import { HorizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts';

const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const spec = (more: object = {}) => ({ spec: { scaleTargetRef, maxReplicas: 3, ...more } });
const cpu = (target: object) => ({ type: 'Resource', resource: { name: 'cpu', target } });

describe('a new autoscaler', () => {
  it('scales by the processor, and fills its rules up', () => {
    const { spec: filled } = stored(
      HorizontalPodAutoscaler,
      spec({ behavior: { scaleUp: { selectPolicy: 'Min' } } }),
    ) as never as {
      spec: object;
    };
    expect(filled).toMatchObject({
      minReplicas: 1,
      metrics: [cpu({ type: 'Utilization', averageUtilization: 80 })],
      behavior: {
        scaleUp: {
          selectPolicy: 'Min',
          stabilizationWindowSeconds: 0,
          policies: [{ type: 'Pods' }, { type: 'Percent' }],
        },
        scaleDown: { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
      },
    });
  });

  it.each<[object, readonly string[]]>([
    [spec(), []],
    [
      { spec: { scaleTargetRef: { kind: 'a/b', name: '' }, maxReplicas: 0, minReplicas: 0 } },
      [
        'spec.minReplicas: Invalid value: 0: must be greater than or equal to 1',
        'spec.maxReplicas: Required value: must be set and greater than 0',
        'spec.scaleTargetRef.kind: Invalid value: "a/b": may not contain \'/\'',
        'spec.scaleTargetRef.name: Required value',
        'spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group',
        'spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas',
      ],
    ],
    [
      spec({ maxReplicas: 1, minReplicas: 2 }),
      ['spec.maxReplicas: Invalid value: 1: must be greater than or equal to `minReplicas`'],
    ],
    [spec({ scaleTargetRef: { kind: 'ReplicationController', name: 'rc' } }), []],
    [
      spec({ metrics: [{ type: 'Resource' }, { type: 'Odd' }] }),
      [
        'spec.metrics[0].resource: Required value: must populate information for the given metric source',
        'spec.metrics[1].type: Unsupported value: "Odd": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
        'spec.metrics[1].type: Unsupported value: "Odd": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
      ],
    ],
    [
      spec({ metrics: [cpu({ type: 'Odd' })] }),
      [
        'spec.metrics[0].resource.target.type: Invalid value: "Odd": must be either Utilization, Value, or AverageValue',
        'spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization',
      ],
    ],
    [
      spec({
        metrics: [
          {
            ...cpu({ type: 'Utilization', averageUtilization: 0 }),
            pods: { metric: { name: '' }, target: { type: 'Value', averageValue: '0' } },
          },
        ],
      }),
      [
        'spec.metrics[0].pods.metric.name: Required value: must specify a metric name',
        'spec.metrics[0].pods.target.averageValue: Invalid value: "0": must be positive',
        'spec.metrics[0].pods: Forbidden: must populate the given metric source only',
      ],
    ],
    [
      spec({
        behavior: {
          scaleUp: {
            stabilizationWindowSeconds: 3601,
            selectPolicy: 'Any',
            policies: [{ type: 'Odd', value: 0, periodSeconds: 1801 }],
            tolerance: '-1',
          },
        },
      }),
      [
        'spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600',
        'spec.behavior.scaleUp.selectPolicy: Unsupported value: "Any": supported values: "Disabled", "Max", "Min"',
        'spec.behavior.scaleUp.policies[0].type: Unsupported value: "Odd": supported values: "Percent", "Pods"',
        'spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero',
        'spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800',
        'spec.behavior.scaleUp.tolerance: Invalid value: "-1": must be greater than or equal to 0',
      ],
    ],
  ])('%j', (object, expected) => {
    expect(complaints(HorizontalPodAutoscaler, object)).toEqual(expected);
  });

  it('may keep a reference that is wrong', () => {
    const wrong = spec({ scaleTargetRef: { apiVersion: 'a/b/c', kind: 'X', name: 'x' } });
    expect(complaints(HorizontalPodAutoscaler, wrong, wrong)).toEqual([]);
  });
});

it('is shown as a row', () => {
  const pods = {
    type: 'Pods',
    pods: { metric: { name: 'qps' }, target: { type: 'AverageValue', averageValue: '10' } },
  };
  const metrics = [cpu({ type: 'Utilization', averageUtilization: 50 }), pods, pods];
  const status = {
    currentReplicas: 2,
    currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 31 } } }],
  };
  const shown = ['x', 'Deployment/web', 'cpu: 31%/50%, <unknown>/10 + 1 more...', '1', 3, 2, '60m'];
  expect(row(HorizontalPodAutoscaler, { ...spec({ metrics }), status })).toEqual(shown);
});

describe('the first version', () => {
  const whole = stored(HorizontalPodAutoscaler, {
    metadata: { annotations: { own: 'x' } },
    ...spec({
      metrics: [
        cpu({ type: 'Utilization', averageUtilization: 50 }),
        {
          type: 'Object',
          object: {
            describedObject: scaleTargetRef,
            metric: { name: 'm', selector: { matchLabels: { a: 'b' } } },
            target: { type: 'Value', value: '5' },
          },
        },
        {
          type: 'ContainerResource',
          containerResource: { name: 'memory', container: 'c', target: { type: 'AverageValue', averageValue: '1Gi' } },
        },
        { type: 'External', external: { metric: { name: 'q' }, target: { type: 'AverageValue', averageValue: '3' } } },
      ],
      behavior: { scaleDown: { stabilizationWindowSeconds: 7, tolerance: '50m' } },
    }),
    status: {
      currentReplicas: 1,
      desiredReplicas: 2,
      currentMetrics: [
        { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 9, averageValue: '90m' } } },
      ],
      conditions: [
        { type: 'AbleToScale', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z', reason: 'R', message: 'm' },
      ],
    },
  });
  const first = V1.storedAs?.fromStored(whole) as unknown as {
    spec: object;
    status: object;
    metadata: { annotations: Record<string, string> };
  };

  it('has what it has fields for, and tells the rest in annotations', () => {
    expect(first).toMatchObject({
      apiVersion: 'autoscaling/v1',
      spec: { scaleTargetRef, minReplicas: 1, maxReplicas: 3, targetCPUUtilizationPercentage: 50 },
      status: { currentReplicas: 1, desiredReplicas: 2, currentCPUUtilizationPercentage: 9 },
    });
    const { annotations } = first.metadata;
    const told = (name: string): unknown => JSON.parse(annotations[`autoscaling.alpha.kubernetes.io/${name}`] ?? '');
    expect(told('metrics')).toEqual([
      {
        type: 'Object',
        object: { target: scaleTargetRef, metricName: 'm', targetValue: '5', selector: { matchLabels: { a: 'b' } } },
      },
      { type: 'ContainerResource', containerResource: { name: 'memory', targetAverageValue: '1Gi', container: 'c' } },
      { type: 'External', external: { metricName: 'q', targetAverageValue: '3' } },
    ]);
    expect(told('behavior')).toMatchObject({
      ScaleDown: { StabilizationWindowSeconds: 7, SelectPolicy: 'Max', Tolerance: '50m' },
    });
    expect(told('conditions')).toMatchObject([{ type: 'AbleToScale', reason: 'R' }]);
  });

  it('becomes the second again', () => {
    const again = V1.storedAs?.toStored(first as never) as unknown as { spec: { metrics: unknown[] } };
    const { metrics } = again.spec;
    // Of the processor it is told last.
    expect({ ...again, spec: { ...again.spec, metrics: [metrics.at(-1), ...metrics.slice(0, -1)] } }).toEqual(whole);
  });

  it.each(['not json', '{}', '[{"type":5}]', '[{"type":"Resource","resource":{"name":{}}}]', '[null]'])(
    'takes nothing from an annotation of %s',
    text => {
      const annotations = {
        'autoscaling.alpha.kubernetes.io/metrics': text,
        'autoscaling.alpha.kubernetes.io/behavior': text,
      };
      const read = V1.storedAs?.toStored(stored(V1, { metadata: { annotations }, ...spec() })) as never as {
        spec: object;
        metadata: object;
      };
      expect(read.spec).toMatchObject({ metrics: [cpu({ type: 'Utilization', averageUtilization: 80 })] });
      expect([read.spec, read.metadata]).toEqual([
        expect.not.objectContaining({ behavior: expect.anything() }),
        expect.not.objectContaining({ annotations: expect.anything() }),
      ]);
    },
  );
});
