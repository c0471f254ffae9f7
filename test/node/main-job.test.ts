import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runRows } from './command-row.ts';
import { eventually } from './eventually.ts';
import { Kubectl, OWN_KUBECTL } from './kubectl.ts';
import { kubectlBinaries } from './kubectl-binaries.ts';
import { nodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { BUSYBOX, ECHO } from './objects.ts';

const VERSIONS = ['1.31', '1.33'];
const found = [...kubectlBinaries()].filter(([version]) => VERSIONS.includes(version));
const binaries: readonly (readonly [string, string | readonly string[]])[] = [...found, ['own', OWN_KUBECTL]];
if (found.length === 0) console.warn('! no kubectl 1.31 or 1.33 beside the one on PATH: the main job is NOT tested');

const manifest = (nodePort: number): string => `
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {greeting: hello}
---
apiVersion: v1
kind: Secret
metadata: {name: key}
stringData: {password: s3cret}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: echo}
spec:
  replicas: 3
  selector: {matchLabels: {app: echo}}
  template:
    metadata: {labels: {app: echo}}
    spec:
      terminationGracePeriodSeconds: 2
      containers:
      - name: echo
        image: ${ECHO}
        ports: [{containerPort: 8080}]
        env:
        - {name: GREETING, valueFrom: {configMapKeyRef: {name: settings, key: greeting}}}
        - {name: PASSWORD, valueFrom: {secretKeyRef: {name: key, key: password}}}
        readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
---
apiVersion: v1
kind: Service
metadata: {name: echo}
spec:
  type: NodePort
  selector: {app: echo}
  ports: [{port: 80, targetPort: 8080, nodePort: ${nodePort}}]
`;

describe.skipIf(!nodeIsRunnable('the main job is'))('the main job', () => {
  const node = nodeFixture(0);

  it('keeps what a folder of manifests says', async () => {
    const file = join(node.server.dataDir, 'server/manifests/site.yaml');
    const found = () => node.kubectl.answer(['get', 'configmap', 'site', '-n', 'site', '-o', 'jsonpath={.data.k}']);
    const parts = [
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: site}\n',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: site, namespace: site}\ndata: {k: kept}\n',
    ];
    await writeFile(file, parts.join('---\n'));
    await eventually(found, ({ stdout }) => expect(stdout).toBe('kept'));
    await rm(file);
    await eventually(
      () => node.kubectl.answer(['get', 'namespace', 'site']),
      ({ stderr }) => expect(stderr).toBe('Error from server (NotFound): namespaces "site" not found\n'),
    );
  });

  describe.each(binaries)('with kubectl %s', (version, binary) => {
    const namespace = `job${version.replace('.', '-')}`;
    const nodePort = Number(node.options.nodePorts.split('-')[0]) + binaries.findIndex(([name]) => name === version);
    let anywhere: Kubectl;
    let kubectl: Kubectl;

    beforeAll(async () => {
      anywhere = new Kubectl(binary, node.server.kubeconfig);
      expect(await anywhere.run('create', 'namespace', namespace)).toBe(`namespace/${namespace} created\n`);
      kubectl = await anywhere.in(namespace);
    });

    it('has one Ready node', async () => {
      expect(await kubectl.run('get', 'nodes')).toMatch(
        /^NAME +STATUS +ROLES +AGE +VERSION\n\S+ +Ready +\S+ +\S+ +v1\.36\.0\+tiphys/,
      );
    });

    it('rolls out a Deployment with its configuration behind a NodePort Service', async () => {
      expect(await kubectl.apply(manifest(nodePort))).toBe(
        'configmap/settings created\nsecret/key created\ndeployment.apps/echo created\nservice/echo created\n',
      );
      await runRows(kubectl, [
        ['rollout status deployment/echo --timeout=90s', /deployment "echo" successfully rolled out\n$/],
        ['get deployment echo', /\necho +3\/3 +3 +3 +/],
        [
          'describe deployment echo',
          /\n +Normal +ScalingReplicaSet +\S+ +deployment-controller +Scaled up replica set /,
        ],
        [
          'get all',
          /^NAME[\s\S]*\nservice\/echo +NodePort [\s\S]*\ndeployment.apps\/echo [\s\S]*\nreplicaset.apps\/echo-/,
        ],
      ]);
    });

    it('answers at the ClusterIP, the NodePort and the DNS name, from node and pod, over all replicas', async () => {
      const { spec } = await kubectl.json<{ spec: { clusterIP: string } }>('get', 'service', 'echo');
      const pods = (await kubectl.run('get', 'pods', '-l', 'app=echo', '-o', 'name')).trim().split('\n').sort();
      for (const url of [`http://${spec.clusterIP}`, `http://127.0.0.1:${nodePort}`])
        expect(await answering(url), url).toEqual(pods);
      await kubectl.run('run', 'client', `--image=${BUSYBOX}`, '--restart=Never', '--', 'sleep', '600');
      await kubectl.run('wait', '--for=condition=Ready', 'pod/client', '--timeout=90s');
      for (const url of ['http://echo', `http://echo.${namespace}.svc.cluster.local`, `http://${spec.clusterIP}`]) {
        const ask = `for i in $(seq ${REQUESTS}); do wget -qO- ${url} || echo failed; done`;
        expect(namesIn(await kubectl.run('exec', 'client', '--', 'sh', '-c', ask)), url).toEqual(pods);
      }
    });

    it('tells what happens to a pod', async () => {
      const described = await kubectl.run('describe', 'pod', '-l', 'app=echo');
      for (const reason of ['Scheduled', 'Pulled', 'Created', 'Started'])
        expect(described).toMatch(new RegExp(`Normal +${reason}`));
      expect(await kubectl.run('events', '--for', 'pod/client')).toMatch(/Normal +Started +Pod\/client /);
    });

    it('scales, updates, tells the history, goes back, restarts, pauses and resumes', async () => {
      const done = ['rollout status deployment/echo --timeout=90s', /successfully rolled out\n$/] as const;
      await runRows(kubectl, [
        ['scale deployment/echo --replicas=2', 'deployment.apps/echo scaled\n'],
        ['set env deployment/echo COLOR=blue', 'deployment.apps/echo env updated\n'],
        done,
        ['rollout history deployment/echo', /^deployment.apps\/echo \nREVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>\n/],
        ['rollout history deployment/echo --revision=2', /COLOR:\tblue\n/],
        ['rollout undo deployment/echo', 'deployment.apps/echo rolled back\n'],
        done,
        ['get deployment echo -o jsonpath={.spec.template.spec.containers[0].env[*].name}', 'GREETING PASSWORD'],
        ['rollout restart deployment/echo', 'deployment.apps/echo restarted\n'],
        done,
        ['rollout pause deployment/echo', 'deployment.apps/echo paused\n'],
        ['set image deployment/echo echo=other:1', 'deployment.apps/echo image updated\n'],
        [
          'get replicasets -o jsonpath={.items[*].spec.template.spec.containers[0].image}',
          new RegExp(`^${ECHO}( ${ECHO})*$`),
        ],
        [`set image deployment/echo echo=${ECHO}`, 'deployment.apps/echo image updated\n'],
        ['rollout resume deployment/echo', 'deployment.apps/echo resumed\n'],
        done,
        [
          'rollout undo deployment/echo --to-revision=99',
          { code: 1, stderr: /unable to find specified revision 99 in history/ },
        ],
      ]);
    });

    it('deletes what it made, namespaces with all that is in them', async () => {
      await runRows(kubectl, [
        ['delete pod/client --now', 'pod "client" deleted\n'],
        ['delete service/echo deployment/echo', 'service "echo" deleted\ndeployment.apps "echo" deleted\n'],
      ]);
      await eventually(
        () => kubectl.answer(['get', 'pods']),
        ({ stderr }) => expect(stderr).toBe(`No resources found in ${namespace} namespace.\n`),
      );
      await runRows(anywhere, [[`delete namespace ${namespace} --timeout=90s`, `namespace "${namespace}" deleted\n`]]);
    });
  });
});

/** Enough that each of three replicas answers, but for once in ten million runs. */
const REQUESTS = 40;

/** Pods that answer over many connections; the echo image tells its hostname. */
async function answering(url: string): Promise<readonly string[]> {
  const ask = async (): Promise<string> => (await fetch(url, { headers: { connection: 'close' } })).text();
  let answers = '';
  for (let i = 0; i < REQUESTS; i++) answers += await ask();
  return namesIn(answers);
}

const namesIn = (answers: string): readonly string[] =>
  [...new Set(answers.match(/\becho-[a-z0-9]+-[a-z0-9]+|failed/g))].map(name => `pod/${name}`).sort();
