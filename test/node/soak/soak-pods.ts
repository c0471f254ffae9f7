import { BUSYBOX, ECHO, pod, shell, type TestObject } from '../objects.ts';

const LABELS = { labels: { soak: '' } };
const PROBE = { periodSeconds: 1, timeoutSeconds: 10, failureThreshold: 3 };

const PROBED = [{ exec: { command: ['true'] } }, { httpGet: { port: 8080 } }, { tcpSocket: { port: 8080 } }];

/** Pods that live through it: each writes numbered lines and is probed in one of three ways. */
export const survivorPods = (count: number): readonly TestObject[] =>
  Array.from({ length: count }, (_, i) => {
    const probe = { ...PROBE, ...PROBED[i % PROBED.length] };
    const probes = { readinessProbe: probe, livenessProbe: probe };
    const isProbedItself = 'exec' in probe;
    const ticker = shell(
      'i=0; trap exit TERM; while :; do echo $i; i=$((i+1)); sleep 0.1; done',
      isProbedItself ? probes : {},
    );
    const web = { name: 'web', image: ECHO, ...probes };
    return pod(`survivor-${i}`, ticker, isProbedItself ? {} : { containers: [ticker, web] }, LABELS);
  });

/** Pods that end while the daemon is down, each with a code of its own, once their file lies in `folder`. */
export const leaverPods = (cycle: number, count: number, folder: string): readonly TestObject[] =>
  Array.from({ length: count }, (_, i) => {
    const name = leaverName(cycle, i);
    const script = `while [ ! -e /notes/go-${cycle} ]; do sleep 0.05; done; echo last words; exit ${exitCodeOf(i)}`;
    return pod(
      name,
      {
        name: 'main',
        image: BUSYBOX,
        command: ['sh', '-c', script],
        volumeMounts: [{ name: 'notes', mountPath: '/notes' }],
      },
      { restartPolicy: 'Never', volumes: [{ name: 'notes', hostPath: { path: folder } }] },
      { labels: { leaver: String(cycle) } },
    );
  });

export const leaverName = (cycle: number, i: number): string => `leaver-${cycle}-${i}`;
export const exitCodeOf = (i: number): number => 10 + i;
