/** A pod that nothing schedules; its bytes grow with its `variables`. */
export const benchPod = (name: string, variables = 8): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'bench', 'pod-template-hash': 'abc123' } },
  spec: {
    schedulerName: 'nobody',
    containers: [
      {
        name: 'main',
        image: 'registry.example.com/team/app:1.2.3',
        ports: [{ containerPort: 8080 }],
        env: Array.from({ length: variables }, (_, i) => ({ name: `VARIABLE_${i}`, value: `value ${i}` })),
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
      },
    ],
  },
});
