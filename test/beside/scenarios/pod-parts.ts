import type { Scenario, Step } from '../step.ts';
import { makePod, PODS } from './pod-steps.ts';

const MERGE = 'application/strategic-merge-patch+json';
const patch = (path: string, spec: object, more: object = {}): Step => ({
  method: 'PATCH',
  path: `${PODS}/${path}`,
  type: MERGE,
  body: { ...more, spec },
});
const debug = (more: object): Step =>
  patch('p/ephemeralcontainers', { ephemeralContainers: [{ name: 'e', image: 'i', ...more }] });
const resize = (resources: object, more: object = {}): Step =>
  patch('p/resize', { containers: [{ name: 'c', resources, ...more }] });
const apply = (subresource: string, spec: object): Step => ({
  method: 'PATCH',
  path: `${PODS}/p/${subresource}?fieldManager=m`,
  type: 'application/apply-patch+yaml',
  body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec },
});
const requests = { cpu: '100m', memory: '64Mi', 'ephemeral-storage': '1Gi' };

/** Pods that change by their subresources for debugging and resizing. */
export const podParts: Scenario = {
  made: makePod({
    metadata: { name: 'p', labels: { a: 'b' } },
    spec: {
      initContainers: [
        { name: 'i', image: 'i', resources: { requests } },
        { name: 's', image: 'i', restartPolicy: 'Always' },
      ],
      containers: [{ name: 'c', image: 'i', resources: { requests, limits: { memory: '64Mi' } } }],
    },
  }),
  'made static': makePod({
    metadata: { name: 'static', annotations: { 'kubernetes.io/config.mirror': 'x' } },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  }),
  'made with resources of its own': makePod({
    metadata: { name: 'whole' },
    spec: { resources: { requests: { cpu: '1' }, limits: { cpu: '2' } }, containers: [{ name: 'c', image: 'i' }] },
  }),
  'debugged, and more': patch(
    'p/ephemeralcontainers',
    { hostNetwork: true, ephemeralContainers: [{ name: 'e', image: 'i', targetContainerName: 'c' }] },
    { metadata: { labels: { c: 'd' } } },
  ),
  'debugged by the same': debug({ targetContainerName: 'c' }),
  'debugger gone': debug({ $patch: 'delete' }),
  'debugger of no target': debug({ name: 'f', targetContainerName: 'x' }),
  'debugger of a debugger': debug({ name: 'f', targetContainerName: 'e' }),
  'debugger that serves': debug({
    name: 'f',
    ports: [{ containerPort: 1 }],
    livenessProbe: { exec: { command: ['x'] } },
  }),
  'debugger of a name that is taken': debug({ name: 'c' }),
  'static debugged': patch('static/ephemeralcontainers', { ephemeralContainers: [{ name: 'e', image: 'i' }] }),
  'debugger applied': apply('ephemeralcontainers', { hostname: 'h', ephemeralContainers: [{ name: 'g', image: 'i' }] }),
  'debuggers read': { method: 'GET', path: `${PODS}/p/ephemeralcontainers` },
  resized: resize({ requests: { cpu: '200m' } }, { image: 'j' }),
  'resized by nothing': resize({ requests: { cpu: '0.2' } }),
  'request gone': resize({ requests: { cpu: null } }),
  'limit gone': resize({ limits: { memory: null } }),
  'limit added': resize({ limits: { cpu: '1' } }),
  'other resource': resize({ requests: { 'ephemeral-storage': '2Gi' } }),
  'other policy': resize({}, { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] }),
  'more asked for than may be used': resize({ requests: { memory: '1Gi' } }),
  'container added': patch('p/resize', { containers: [{ name: 'x', image: 'i' }] }),
  'init container resized': patch('p/resize', {
    initContainers: [{ name: 'i', resources: { requests: { cpu: '1' } } }],
  }),
  'sidecar resized': patch('p/resize', { initContainers: [{ name: 's', resources: { requests: { cpu: '1' } } }] }),
  'static resized': patch('static/resize', { containers: [{ name: 'c', resources: { requests: { cpu: '1' } } }] }),
  'class changed': patch('static/resize', {}, { metadata: { annotations: null } }),
  'whole resized': patch('whole/resize', { resources: { requests: { cpu: '1500m' } } }),
  'whole without a limit': patch('whole/resize', { resources: { limits: { cpu: null } } }),
  'whole gone': patch('whole/resize', { resources: null }),
  'resize applied': apply('resize', {
    hostname: 'h',
    containers: [{ name: 'c', resources: { requests: { cpu: '300m' } } }],
  }),
};
