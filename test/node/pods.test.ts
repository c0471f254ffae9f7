import { describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { nodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { BUSYBOX, ECHO, object, pod, shell } from './objects.ts';

describe.skipIf(!nodeIsRunnable('the lives of pods are')).concurrent('pods live and end', () => {
  const node = nodeFixture(4);

  it('runs init containers one after another, retries a failed one, and then the pod', async () => {
    const work = { name: 'work', mountPath: '/work' };
    const init = (name: string, script: string) => shell(script, { name, volumeMounts: [work] });
    await node.kubectl.apply(
      pod('with-init', shell('cat /work/order; sleep 600', { volumeMounts: [work] }), {
        initContainers: [
          init('first', 'echo first >>/work/order; [ $(grep -c first /work/order) = 2 ]'),
          init('second', 'echo second >>/work/order'),
        ],
        volumes: [{ name: 'work', emptyDir: {} }],
      }),
    );
    await node.untilReady('with-init');
    expect(await node.kubectl.run('logs', 'with-init')).toBe('first\nfirst\nsecond\n');
    const { status } = await node.getPod('with-init');
    expect(status.initContainerStatuses).toMatchObject([
      { name: 'first', restartCount: 1, ready: true, state: { terminated: { exitCode: 0, reason: 'Completed' } } },
      { name: 'second', restartCount: 0, ready: true },
    ]);
  });

  it.each([
    ['Never', 0, 'Succeeded', 'Completed'],
    ['Never', 3, 'Failed', 'Error'],
    ['OnFailure', 0, 'Succeeded', 'Completed'],
  ])('ends a pod with restartPolicy %s whose container exits with %i as %s', async (policy, code, phase, reason) => {
    const name = `${policy.toLowerCase()}-${code}`;
    const script = `echo -n "bye ${code}" >/dev/termination-log; exit ${code}`;
    await node.kubectl.apply(pod(name, shell(script), { restartPolicy: policy }));
    const { status } = await node.podWhere(name, ({ status }) => expect(status.phase).toBe(phase));
    expect(status.containerStatuses?.[0]).toMatchObject({
      ready: false,
      restartCount: 0,
      state: { terminated: { exitCode: code, reason, message: `bye ${code}` } },
    });
  });

  it('completes a job of kubectl, and ends one that fails', async () => {
    const run = (...args: readonly string[]) => node.kubectl.run(...args);
    await run('create', 'job', 'whole', `--image=${BUSYBOX}`, '--', 'echo', 'done');
    const container = shell('exit $((JOB_COMPLETION_INDEX + 3))');
    const template = { spec: { restartPolicy: 'Never', containers: [container] } };
    const spec = { backoffLimit: 0, completionMode: 'Indexed', completions: 1, template };
    await node.kubectl.apply(object('batch/v1', 'Job', 'broken', { spec }));
    await run('wait', '--for=condition=complete', 'job/whole', '--timeout=90s');
    await run('wait', '--for=condition=failed', 'job/broken', '--timeout=90s');
    expect(await run('logs', 'job/whole')).toBe('done\n');
    const table = await run('get', 'jobs', '--sort-by=.metadata.name');
    expect(table).toMatch(/^NAME +STATUS +COMPLETIONS +DURATION +AGE\nbroken +Failed +0\/1 .*\nwhole +Complete +1\/1 /);
    const told = await run('describe', 'job', 'whole');
    expect(told).toMatch(/Pods Statuses: +0 Active \(0 Ready\) \/ 1 Succeeded \/ 0 Failed/);
    await eventually(
      () => run('describe', 'job', 'broken'),
      text => expect(text).toMatch(/Warning +BackoffLimitExceeded .* Job has reached the specified backoff limit/),
    );
    const exited = '{.items[*].status.containerStatuses[0].state.terminated.exitCode}';
    expect(await run('get', 'pods', '-l', 'job-name=broken', '-o', `jsonpath=${exited}`)).toBe('3');
    await run('delete', 'job', 'whole', 'broken');
    await eventually(
      () => run('get', 'pods', '-l', 'job-name in (whole, broken)', '-o', 'name'),
      names => expect(names).toBe(''),
    );
  });

  it('takes the end of the log for a message where the policy says so', async () => {
    const container = shell('echo one; echo last words; exit 1', {
      terminationMessagePolicy: 'FallbackToLogsOnError',
    });
    await node.kubectl.apply(pod('last-words', container, { restartPolicy: 'Never' }));
    await node.podWhere('last-words', ({ status }) =>
      expect(status.containerStatuses?.[0]?.state.terminated?.message).toBe('one\nlast words\n'),
    );
  });

  it('restarts what fails with a growing back-off', async () => {
    await node.kubectl.apply(pod('crashing', shell('exit 7')));
    const { status } = await node.podWhere('crashing', ({ status }) => {
      expect(status.containerStatuses?.[0]?.restartCount).toBeGreaterThan(0);
      expect(status.containerStatuses?.[0]?.state.waiting?.reason).toBe('CrashLoopBackOff');
    });
    expect(status.phase).toBe('Running');
    expect(status.containerStatuses?.[0]).toMatchObject({
      lastState: { terminated: { exitCode: 7, reason: 'Error' } },
    });
    expect(status.containerStatuses?.[0]?.state.waiting?.message).toMatch(
      /^back-off \d+s restarting failed container=main pod=crashing_default\([-0-9a-f]{36}\)$/,
    );
    expect((await node.eventsOf('crashing')).join('\n')).toMatch(
      /Warning BackOff Back-off restarting failed container main in pod crashing_default\([-0-9a-f]{36}\)/,
    );
  });

  it('says OOMKilled of the container that used too much, and of no other', async () => {
    const greedy = shell('sleep 0.5; x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done', {
      resources: { limits: { memory: '16Mi' } },
    });
    await node.kubectl.apply(
      pod('greedy', greedy, { restartPolicy: 'Never', containers: [greedy, shell('sleep 600', { name: 'modest' })] }),
    );
    const { status } = await node.podWhere('greedy', ({ status }) =>
      expect(status.containerStatuses?.find(({ name }) => name === 'main')?.state.terminated).toBeDefined(),
    );
    expect(status.containerStatuses?.find(({ name }) => name === 'main')?.state.terminated).toMatchObject({
      exitCode: 137,
      reason: 'OOMKilled',
    });
    expect(status.containerStatuses?.find(({ name }) => name === 'modest')?.state.running).toBeDefined();
  });

  it('restarts a container whose liveness probe fails', async () => {
    const container = shell('touch /alive; sleep 600', {
      livenessProbe: { exec: { command: ['cat', '/alive'] }, periodSeconds: 1, failureThreshold: 1 },
    });
    await node.kubectl.apply(pod('mortal', container));
    await node.untilReady('mortal');
    await node.inPod('mortal', 'rm /alive');
    const { status } = await node.podWhere('mortal', ({ status }) => {
      expect(status.containerStatuses?.[0]?.restartCount).toBe(1);
      expect(status.containerStatuses?.[0]?.ready).toBe(true);
    });
    expect(status.containerStatuses?.[0]?.lastState.terminated?.exitCode).toBe(137);
    const events = (await node.eventsOf('mortal')).join('\n');
    expect(events).toContain("Warning Unhealthy Liveness probe failed: cat: can't open '/alive'");
    expect(events).toContain('Normal Killing Container main failed liveness probe, will be restarted');
  });

  it('holds readiness until the startup probe, and follows HTTP and TCP readiness into the endpoints and out', async () => {
    await node.kubectl.apply(
      pod(
        'moody',
        shell('sleep 1; touch /started; mkdir /www; httpd -h /www -p 8080; sleep 600', {
          startupProbe: { exec: { command: ['ls', '/started'] }, periodSeconds: 1, failureThreshold: 30 },
          readinessProbe: { httpGet: { path: '/ok', port: 8080 }, periodSeconds: 1, failureThreshold: 1 },
        }),
      ),
      pod(
        'tcp-probed',
        shell('while [ ! -e /go ]; do sleep 0.1; done; nc -ll -p 8081 -e cat', {
          readinessProbe: { tcpSocket: { port: 8081 }, periodSeconds: 1 },
        }),
      ),
      object('v1', 'Service', 'moody', {
        spec: { selector: { app: 'moody' }, ports: [{ port: 80, targetPort: 8080 }] },
      }),
    );
    const addresses = () =>
      node.kubectl.run('get', 'endpoints', 'moody', '-o', 'jsonpath={.subsets[*].addresses[*].ip}');
    await node.podWhere('moody', ({ status }) => expect(status.phase).toBe('Running'));
    expect((await node.getPod('moody')).status.containerStatuses?.[0]?.ready).toBe(false);
    expect(await addresses()).toBe('');
    await eventually(
      () => node.inPod('moody', 'touch /www/ok'),
      () => undefined,
    );
    const { status } = await node.podWhere('moody', ({ status }) =>
      expect(status.containerStatuses?.[0]?.ready).toBe(true),
    );
    await eventually(addresses, ips => expect(ips).toBe(status.podIP));
    await node.inPod('moody', 'rm /www/ok');
    await eventually(addresses, ips => expect(ips).toBe(''));
    expect((await node.eventsOf('moody')).join('\n')).toContain(
      'Warning Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 404',
    );
    expect((await node.getPod('tcp-probed')).status.containerStatuses?.[0]?.ready).toBe(false);
    await node.inPod('tcp-probed', 'touch /go');
    await node.untilReady('tcp-probed');
    expect((await node.getPod('moody')).status.containerStatuses?.[0]?.restartCount).toBe(0);
  });

  it('runs the hooks: postStart before Running is told, preStop before SIGTERM, within the grace period', async () => {
    await node.kubectl.apply(
      object('v1', 'Pod', 'hooked', {
        spec: {
          terminationGracePeriodSeconds: 20,
          volumes: [{ name: 'notes', hostPath: { path: `${node.server.dataDir}/hooked`, type: 'DirectoryOrCreate' } }],
          containers: [
            shell('trap "echo term >>/notes/log; exit 0" TERM; while :; do sleep 0.1; done', {
              volumeMounts: [{ name: 'notes', mountPath: '/notes' }],
              lifecycle: {
                postStart: { exec: { command: ['sh', '-c', 'sleep 0.5; echo started >>/notes/log'] } },
                preStop: { exec: { command: ['sh', '-c', 'echo stopping >>/notes/log; sleep 1'] } },
              },
            }),
          ],
        },
      }),
    );
    await node.untilReady('hooked');
    expect(await node.inPod('hooked', 'cat /notes/log')).toBe('started\n');
    const beganMs = performance.now();
    await node.kubectl.run('delete', 'pod', 'hooked');
    expect(performance.now() - beganMs).toBeGreaterThan(1_000);
    expect(performance.now() - beganMs).toBeLessThan(10_000);
    const { readFile } = await import('node:fs/promises');
    expect(await readFile(`${node.server.dataDir}/hooked/log`, 'utf8')).toBe('started\nstopping\nterm\n');
  });

  it('kills a container whose postStart hook fails and says so', async () => {
    const lifecycle = { postStart: { exec: { command: ['sh', '-c', 'echo no; exit 5'] } } };
    await node.kubectl.apply(pod('unhooked', shell('sleep 600', { lifecycle })));
    await eventually(
      () => node.eventsOf('unhooked'),
      events => expect(events.join('\n')).toContain('Warning FailedPostStartHook PostStartHook failed'),
    );
  });

  it('gives a deaf container its grace period and then SIGKILL', async () => {
    await node.kubectl.apply(pod('deaf', shell('trap "" TERM; while :; do sleep 0.1; done')));
    await node.untilReady('deaf');
    const beganMs = performance.now();
    await node.kubectl.run('delete', 'pod', 'deaf', '--grace-period=2');
    expect(performance.now() - beganMs).toBeGreaterThan(1_900);
    expect(performance.now() - beganMs).toBeLessThan(8_000);
  });

  it('fails a pod that is active longer than its deadline', async () => {
    await node.kubectl.apply(pod('late', shell('sleep 600'), { activeDeadlineSeconds: 2 }));
    const { status } = await node.podWhere('late', ({ status }) => expect(status.phase).toBe('Failed'));
    expect(status.reason).toBe('DeadlineExceeded');
    expect(status.message).toBe('Pod was active on the node longer than the specified deadline');
  });

  it('runs several containers of a pod that share network and, on request, processes', async () => {
    await node.kubectl.apply(
      pod('shared', shell('sleep 600'), {
        shareProcessNamespace: true,
        containers: [shell('sleep 600'), { name: 'echo', image: ECHO, imagePullPolicy: 'Never' }],
      }),
    );
    await node.untilReady('shared');
    expect(await node.inPod('shared', 'wget -qO- http://127.0.0.1:8080/hostname')).toMatch(/^shared\n?$/);
    expect(await node.inPod('shared', 'ps -o args')).toContain('/echo');
  });

  it('tells of an image that cannot be had', async () => {
    await node.kubectl.apply(pod('absent', { name: 'main', image: `${BUSYBOX}-none`, imagePullPolicy: 'Never' }));
    const { status } = await node.podWhere('absent', ({ status }) =>
      expect(status.containerStatuses?.[0]?.state.waiting?.reason).toBe('ErrImageNeverPull'),
    );
    expect(status.phase).toBe('Pending');
    expect(status.containerStatuses?.[0]?.state.waiting?.message).toBe(
      `Container image "${BUSYBOX}-none" is not present with pull policy of Never`,
    );
  });
});
