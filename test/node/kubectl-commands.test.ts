import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fails, runRows, type Row } from './command-row.ts';
import { Kubectl } from './kubectl.ts';
import { drivenKubectls } from './kubectl-binaries.ts';
import { nodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { ECHO, object } from './objects.ts';

/**
 * 1.27 speaks JSON and reads OpenAPI 2; 1.31 reads OpenAPI 3; from 1.32 on what is written comes as protobuf.
 * Everything is asked by those that are promised, and by the others what is spoken differently.
 */
const PROMISED = ['1.31', '1.33'];
const binaries = drivenKubectls([...PROMISED, '1.27', '1.32']);

const deployment = (replicas: number, more: object = {}) =>
  object('apps/v1', 'Deployment', 'd', {
    spec: {
      replicas,
      selector: { matchLabels: { app: 'd' } },
      template: {
        metadata: { labels: { app: 'd' } },
        spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'c', image: ECHO }] },
      },
    },
    ...more,
  });
const configMap = (name: string, value: string, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels: { set: 'one' }, ...metadata },
  data: { k: value },
});

const creations = (namespace: string): readonly Row[] => [
  [`create deployment web --image=${ECHO} --replicas=0 --port=8080`, 'deployment.apps/web created\n'],
  ['create configmap c --from-literal=a=b', 'configmap/c created\n'],
  ['create secret generic s --from-literal=a=b', 'secret/s created\n'],
  [
    'create secret docker-registry login --docker-server=r.io --docker-username=u --docker-password=p',
    'secret/login created\n',
  ],
  ['create service clusterip web --tcp=80:8080', 'service/web created\n'],
  ['create service nodeport open --tcp=80:8080', 'service/open created\n'],
  ['create service externalname far --external-name=example.com', 'service/far created\n'],
  ['create serviceaccount robot', 'serviceaccount/robot created\n'],
  [
    'create role reader --verb=get,list --resource=pods,deployments.apps',
    'role.rbac.authorization.k8s.io/reader created\n',
  ],
  [
    `create rolebinding reads --role=reader --serviceaccount=${namespace}:robot --user=jane`,
    'rolebinding.rbac.authorization.k8s.io/reads created\n',
  ],
  ['create token robot --duration=10m', /^[\w-]+\.[\w-]+\.[\w-]+$/],
  ['expose deployment web --port=80 --target-port=8080 --name=web2', 'service/web2 exposed\n'],
  [`run dry --image=${ECHO} --dry-run=server -o name`, 'pod/dry\n'],
  [
    `create namespace ${namespace}`,
    fails(`Error from server (AlreadyExists): namespaces "${namespace}" already exists\n`),
  ],
  ['create configmap c', fails('error: failed to create configmap: configmaps "c" already exists\n')],
  ['create configmap Bad_Name', fails(/ConfigMap "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name": /)],
  ['create token nobody', fails('error: failed to create token: serviceaccounts "nobody" not found\n')],
];

const reads: readonly Row[] = [
  [
    'get service far',
    /^NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\(S\) +AGE\nfar +ExternalName +<none> +example.com +<none> /,
  ],
  [
    'get deployment web -o wide',
    /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE +CONTAINERS +IMAGES +SELECTOR\nweb +0\/0 +0 +0 /,
  ],
  ['get role,rolebinding -o name', /^role.*\/reader\nrolebinding.*\/reads\n$/],
  ['get secrets --sort-by=.type --no-headers', /^s +Opaque +1 +\S+\nlogin +kubernetes.io\/dockerconfigjson +1 +\S+\n$/],
  ['get configmap c -o json', /"data": \{\n +"a": "b"\n/],
  ['get configmap c -o yaml', /^apiVersion: v1\ndata:\n {2}a: b\nkind: ConfigMap\n/],
  ['get configmap c -o jsonpath={.data.a}', 'b'],
  ['get configmap c -o jsonpath-as-json={.data}', '[\n    {\n        "a": "b"\n    }\n]\n'],
  ['get configmap c -o go-template={{.data.a}}', 'b'],
  ['get configmap c -o custom-columns=N:.metadata.name,A:.data.a', /^N +A\nc +b\n$/],
  ['get configmap c -L none --show-labels', /^NAME +DATA +AGE +NONE +LABELS\nc +1 +\S+ +<none>\n$/],
  ['get configmaps --field-selector metadata.name=c -o name', 'configmap/c\n'],
  ['describe configmap c', /^Name: +c\n[\s\S]*\na:\n----\nb\n/],
  ['get configmap none', fails('Error from server (NotFound): configmaps "none" not found\n')],
  ['get nothing', fails(`error: the server doesn't have a resource type "nothing"\n`)],
  [
    'get configmaps --field-selector a=b',
    fails(/"a" is not a known field selector: only "metadata.name", "metadata.namespace"\n$/),
  ],
  ['get configmaps -l a(', fails(/unable to parse requirement: /)],
  [
    'explain deployment.spec.strategy',
    /^GROUP: +apps\nKIND: +Deployment\nVERSION: +v1\n\nFIELD: strategy <DeploymentStrategy>\n/,
  ],
  ['explain deployment.spec.strategy', /\nDESCRIPTION:\n +How pods are replaced.\n *\nFIELDS:\n/],
  ['explain pods.spec.none', fails(/error: field "none" does not exist\n$/)],
  ['api-resources --api-group=apps --no-headers', /^deployments +deploy +apps\/v1 +true +Deployment\n/m],
  ['api-versions', /^(?:\S+\n)*apps\/v1\n(?:\S+\n)*storage\.k8s\.io\/v1\nv1\n$/],
  ['version', /^Server Version: v1\.36\.0\+tiphys\./m],
  ['cluster-info', /^\S*Kubernetes control plane\S* is running at \S*https:\/\/127\.0\.0\.1:/],
  [
    'top nodes',
    /^NAME +CPU\(cores\) +CPU(%|\(%\)) +MEMORY\(bytes\) +MEMORY(%|\(%\)) *\n\S+ +\d+m +\d+% +\d+Mi +\d+% *\n$/,
  ],
  ['get --raw /readyz', 'ok'],
];

const access = (namespace: string): readonly Row[] => [
  ['auth can-i list pods', 'yes\n'],
  [`auth can-i list pods --as=system:serviceaccount:${namespace}:robot`, 'yes\n'],
  ['auth can-i delete pods --as=jane', { code: 1, stdout: 'no\n' }],
  ['auth can-i --list --as=jane', /\npods +\[\] +\[\] +\[get list\]\n/],
  ['get deployment web --as=jane -o name', 'deployment.apps/web\n'],
  [
    'get deployment web --as=bob',
    fails(
      'Error from server (Forbidden): deployments.apps "web" is forbidden: User "bob" cannot get resource ' +
        `"deployments" in API group "apps" in the namespace "${namespace}"\n`,
    ),
  ],
  ['auth whoami', /^ATTRIBUTE +VALUE\nUsername +system:admin\nGroups +\[system:masters /],
];

const REJECTED = 'The request is invalid: the server rejected our request due to an error in our request\n';
const changes: readonly Row[] = [
  ['label configmap c tier=front', 'configmap/c labeled\n'],
  ['label configmap c tier=front', 'configmap/c not labeled\n'],
  ['label configmap c tier=back', fails("error: 'tier' already has a value (front), and --overwrite is false\n")],
  ['label configmap c tier-', 'configmap/c unlabeled\n'],
  ['annotate configmap c note=x', /^configmap\/c annotated?\n$/],
  ['patch configmap c -p {"data":{"b":"2"}}', 'configmap/c patched\n'],
  ['patch configmap c -p {"data":{"b":"2"}}', 'configmap/c patched (no change)\n'],
  ['patch configmap c --type=merge -p {"data":{"a":null}}', 'configmap/c patched\n'],
  ['patch configmap c --type=json -p [{"op":"add","path":"/data/c","value":"3"}]', 'configmap/c patched\n'],
  ['get configmap c -o jsonpath={.data}', '{"b":"2","c":"3"}'],
  ['patch configmap c --type=json -p [{"op":"remove","path":"/data/none"}]', fails(REJECTED)],
  ['patch configmap c --type=json -p [{"op":"frob","path":"/data"}]', fails(REJECTED)],
  [
    'patch configmap c --type=merge -p []',
    fails(/\(BadRequest\): error decoding patch: json: cannot unmarshal array into Go value of type map\[string\]/),
  ],
  [
    'patch deployment web -p {"spec":{"replicas":"x"}}',
    fails('The request is invalid: patch: Invalid value: "map[spec:map[replicas:x]]": unrecognized type: int32\n'),
  ],
  ['replace -f -', 'configmap/c replaced\n', configMap('c', '1')],
  [
    'replace -f -',
    fails(/\(Conflict\): .* "c": the object has been modified; please apply your changes to the latest version /),
    configMap('c', '1', { resourceVersion: '1' }),
  ],
  ['replace --force -f -', 'configmap "c" deleted\nconfigmap/c replaced\n', configMap('c', '2')],
  ['replace -f -', fails(/configmaps "none" not found\n$/), configMap('none', '1')],
  ['edit configmap c', 'configmap/c edited\n'],
  ['get configmap c -o jsonpath={.data.k}', 'edited'],
  ['edit configmap c', { stdout: '', stderr: 'Edit cancelled, no changes made.\n' }],
  ['set image deployment/web echo=other:1', 'deployment.apps/web image updated\n'],
  ['scale deployment/web --replicas=0 --current-replicas=9', fails('error: Expected replicas to be 9, was 0\n')],
  ['delete configmap c', 'configmap "c" deleted\n'],
];

const unknownField = { ...configMap('x', '1'), dat: {} };
const applications: readonly Row[] = [
  ['apply -f -', 'deployment.apps/d created\n', deployment(0)],
  ['apply -f -', 'deployment.apps/d unchanged\n', deployment(0)],
  ['diff -f -', '', deployment(0)],
  ['diff -f -', { code: 1, stdout: /\n- {2}replicas: 0\n\+ {2}replicas: 1\n/ }, deployment(1)],
  ['apply -f - --dry-run=server', 'deployment.apps/d configured (server dry run)\n', deployment(1)],
  ['apply -f -', 'deployment.apps/d configured\n', deployment(1)],
  // What client-side apply set is taken over without a word, what others set only by force.
  ['apply -f - --server-side', 'deployment.apps/d serverside-applied\n', deployment(0)],
  [
    'get deployment d -o jsonpath={.metadata.managedFields[?(@.operation=="Apply")].manager}',
    /^kubectl kubectl-last-applied$|^kubectl-last-applied kubectl$/,
  ],
  ['scale deployment d --replicas=1', 'deployment.apps/d scaled\n'],
  [
    'apply -f - --server-side',
    fails(/^error: Apply failed with 1 conflict: conflict with "kubectl.*" .*using apps\/v1.*: \.spec\.replicas\n/),
    deployment(0),
  ],
  ['apply -f - --server-side --force-conflicts', 'deployment.apps/d serverside-applied\n', deployment(0)],
  [
    'apply -f - --server-side',
    fails(
      /failed to create typed patch object \(.*\/d; apps\/v1, Kind=Deployment\): \.nope: field not declared in schema/,
    ),
    deployment(0, { nope: 1 }),
  ],
  [
    'apply -f -',
    fails(/ cannot be handled as a ConfigMap: strict decoding error: unknown field "dat"\n$/),
    unknownField,
  ],
  [
    'apply -f - --validate=warn',
    { stdout: 'configmap/x created\n', stderr: 'Warning: unknown field "dat"\n' },
    unknownField,
  ],
  [
    'apply -f -',
    fails('The Pod "p" is invalid: spec.containers: Required value\n'),
    object('v1', 'Pod', 'p', { spec: {} }),
  ],
  ['apply -f -', 'configmap/a created\nconfigmap/b created\n', configMap('a', '1'), configMap('b', '1')],
  [
    'apply -f - --prune -l set=one --prune-allowlist=core/v1/ConfigMap',
    /^configmap\/b unchanged\nconfigmap\/a pruned\n/,
    configMap('b', '1'),
  ],
  ['delete -f -', 'configmap "b" deleted\n', configMap('b', '1')],
  ['delete -f - --ignore-not-found', '', configMap('b', '1')],
];

describe.skipIf(!nodeIsRunnable('what kubectl prints is'))('kubectl', () => {
  const node = nodeFixture(1);

  it.concurrent.each(binaries)('%s prints as against upstream', async (version, binary) => {
    const namespace = `k${version.replace('.', '-')}`;
    const anywhere = new Kubectl(binary, node.server.kubeconfig);
    expect(await anywhere.run('create', 'namespace', namespace)).toBe(`namespace/${namespace} created\n`);
    const kubectl = await anywhere.in(namespace);
    await runRows(kubectl, creations(namespace));
    await runRows(kubectl, applications);
    if (PROMISED.includes(version)) {
      await runRows(kubectl, [...reads, ...access(namespace)]);
      const editor = join(node.server.dataDir, `editor-${version}`);
      await writeFile(editor, '#!/bin/sh\nsed -i "s/k: .2./k: edited/" "$1"\n');
      await chmod(editor, 0o700);
      await runRows(kubectl, changes, { KUBE_EDITOR: editor });
    }
    await runRows(anywhere, [[`delete namespace ${namespace}`, `namespace "${namespace}" deleted\n`]]);
  });
});
