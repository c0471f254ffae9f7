import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newRequest } from '../../../src/base/testing/new-request.ts';
import { drivenKubectls } from '../../../test/node/kubectl-binaries.ts';
import { Kubectl } from '../../../test/node/kubectl.ts';
import { testServer, type TestServer } from '../testing/test-server.ts';

/** The oldest, those on either side of a change of protocol, and the newest that are here. */
const versions = drivenKubectls(['1.27', '1.29', '1.31', '1.33']);
if (versions.length === 0) process.stderr.write('kubectl is not on PATH: the kubectl tests of the API are SKIPPED\n');

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await testServer();
  folder = await mkdtemp(join(tmpdir(), 'tiphys-kubectl-'));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const deployment = (name: string, env: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: c, image: 'i:1', env: [{name: ${env}, value: x}]}]}
`;

describe.each(versions)('kubectl %s', (version, binary) => {
  const name = `k${version.replace('.', '-')}`;
  let kubectl: Kubectl;
  beforeAll(async () => {
    const path = join(folder, version);
    await writeFile(path, server.kubeconfig);
    kubectl = new Kubectl(binary, path);
  });

  it('applies, applies again, changes and deletes', async () => {
    expect(await kubectl.apply(deployment(name, 'A'))).toBe(`deployment.apps/${name} created\n`);
    expect(await kubectl.apply(deployment(name, 'A'))).toBe(`deployment.apps/${name} unchanged\n`);
    expect(await kubectl.apply(deployment(name, 'B'))).toBe(`deployment.apps/${name} configured\n`);
    const env = '{.spec.template.spec.containers[0].env[*].name}';
    expect(await kubectl.run('get', 'deployment', name, '-o', `jsonpath=${env}`)).toBe('B');
    expect(await kubectl.run('get', 'deployment', name)).toMatch(/^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\n/);
    expect(await kubectl.run('scale', 'deployment', name, '--replicas=3')).toBe(`deployment.apps/${name} scaled\n`);
    expect(await kubectl.run('label', 'deployment', name, 'a=b')).toBe(`deployment.apps/${name} labeled\n`);
    expect(await kubectl.run('set', 'image', `deployment/${name}`, 'c=i:2')).toContain('image updated');
    const applied = await kubectl.answer(['apply', '--server-side', '-f', '-'], deployment(name, 'A'));
    expect(applied.stderr).toContain('conflict');
    expect(await kubectl.run('delete', 'deployment', name)).toContain('deleted');
  });

  it('makes jobs, those of cron jobs too, and tells of them', async () => {
    const schedule = '--schedule=*/5 * * * *';
    expect(await kubectl.run('create', 'cronjob', name, '--image=i', schedule)).toBe(`cronjob.batch/${name} created\n`);
    const from = await kubectl.run('create', 'job', `${name}-now`, `--from=cronjob/${name}`);
    expect(from).toBe(`job.batch/${name}-now created\n`);
    expect(await kubectl.run('get', 'cj', name)).toMatch(
      /^NAME +SCHEDULE +(TIMEZONE +)?SUSPEND +ACTIVE +LAST SCHEDULE +AGE\n\S+ +\*\/5 \* \* \* \* +(<none> +)?False +0 +<none> /,
    );
    expect(await kubectl.run('get', 'job', `${name}-now`)).toMatch(/^NAME +STATUS +COMPLETIONS +DURATION +AGE\n/);
    expect(await kubectl.run('describe', 'cronjob', name)).toMatch(/Schedule: +\*\/5 \* \* \* \*/);
    expect(await kubectl.run('describe', 'job', `${name}-now`)).toContain('cronjob.kubernetes.io/instantiate: manual');
    expect(await kubectl.run('explain', 'job.spec.podFailurePolicy.rules')).toContain('onExitCodes');
    expect(await kubectl.run('delete', 'cronjob', name)).toContain('deleted');
    expect(await kubectl.run('delete', 'job', `${name}-now`)).toContain('deleted');
  });

  it('prunes what is not applied any more, of all kinds it looks at unless told otherwise', async () => {
    const map = (suffix: string) => `
---
apiVersion: v1
kind: ConfigMap
metadata: {name: ${name}-${suffix}, labels: {pruned: ${name}}}
`;
    const apply = (input: string) => kubectl.answer(['apply', '--prune', '-l', `pruned=${name}`, '-f', '-'], input);
    const made = await apply(map('a') + map('b'));
    expect(made.stdout).toBe(`configmap/${name}-a created\nconfigmap/${name}-b created\n`);
    const pruned = await apply(map('a'));
    expect(pruned.stdout).toBe(`configmap/${name}-a unchanged\nconfigmap/${name}-b pruned\n`);
    await kubectl.run('delete', 'configmap', `${name}-a`);
  });

  it('creates by its generators and refuses what is not known', async () => {
    expect(await kubectl.run('create', 'configmap', name, '--from-literal=a=b')).toBe(`configmap/${name} created\n`);
    expect(await kubectl.run('get', 'configmap', name, '-o', 'jsonpath={.data.a}')).toBe('b');
    expect(await kubectl.run('create', 'namespace', name)).toBe(`namespace/${name} created\n`);
    const wrong = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'z' }, dat: {} });
    const refused = await kubectl.answer(['create', '-f', '-'], wrong);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain('unknown field "dat"');
    const there = await kubectl.answer(['create', 'configmap', name]);
    expect(there.stderr).toBe(`error: failed to create configmap: configmaps "${name}" already exists\n`);
  });

  it('decides on requests for certificates', async () => {
    const { pem } = await newRequest({ commonName: name });
    for (const decision of ['approve', 'deny'] as const) {
      const csr = {
        apiVersion: 'certificates.k8s.io/v1',
        kind: 'CertificateSigningRequest',
        metadata: { name: `${name}-${decision}` },
        spec: { request: Buffer.from(pem).toString('base64'), signerName: 'example.com/x', usages: ['client auth'] },
      };
      await kubectl.apply(JSON.stringify(csr));
      const said = `certificatesigningrequest.certificates.k8s.io/${name}-${decision} `;
      const done = decision === 'approve' ? 'approved' : 'denied';
      expect(await kubectl.run('certificate', decision, `${name}-${decision}`)).toBe(`${said}${done}\n`);
    }
    const listed = await kubectl.run('get', 'csr', '--field-selector=spec.signerName=example.com/x');
    expect(listed).toMatch(/^NAME +AGE +SIGNERNAME +REQUESTOR +REQUESTEDDURATION +CONDITION\n/);
    expect(listed).toMatch(new RegExp(`^${name}-approve +\\d+s +example.com/x +admin +<none> +Approved$`, 'm'));
    expect(listed).toMatch(new RegExp(`^${name}-deny +\\d+s +example.com/x +admin +<none> +Denied$`, 'm'));
  });

  it('explains, and tells what is served', async () => {
    expect(await kubectl.run('explain', 'deployment.spec.strategy')).toContain('FIELD: strategy <DeploymentStrategy>');
    expect(await kubectl.run('api-resources', '--api-group=apps')).toMatch(
      /deployments +deploy +apps\/v1 +true +Deployment/,
    );
    expect(await kubectl.run('get', '--raw', '/readyz')).toBe('ok');
  });
});
