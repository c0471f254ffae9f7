import type { SubVerb } from './command/verb.ts';

/** All commands by name, in kubectl's own order, which is that of its suggestions. */
export const VERBS: Readonly<Record<string, SubVerb>> = {
  create: {
    about: 'Create a resource from a file or from stdin',
    load: async () => (await import('./create/create.ts')).createVerb,
  },
  expose: {
    about: 'Take a replication controller, service, deployment or pod and expose it as a new service',
    load: async () => (await import('./create/expose.ts')).exposeVerb,
  },
  run: {
    about: 'Run a particular image on the cluster',
    load: async () => (await import('./create/run.ts')).runVerb,
  },
  set: {
    about: 'Set specific features on objects',
    load: async () => (await import('./set/set.ts')).setVerb,
  },
  explain: {
    about: 'Get documentation for a resource',
    load: async () => (await import('./explain/explain.ts')).explainVerb,
  },
  get: {
    about: 'Display one or many resources',
    load: async () => (await import('./get/get.ts')).getVerb,
  },
  edit: {
    about: 'Edit a resource on the server',
    load: async () => (await import('./edit/edit.ts')).editVerb,
  },
  delete: {
    about: 'Delete resources by file names, stdin, resources and names, or by resources and label selector',
    load: async () => (await import('./write/delete.ts')).deleteVerb,
  },
  rollout: {
    about: 'Manage the rollout of a resource',
    load: async () => (await import('./rollout/rollout.ts')).rolloutVerb,
  },
  scale: {
    about: 'Set a new size for a deployment, replica set, or replication controller',
    load: async () => (await import('./write/scale.ts')).scaleVerb,
  },
  autoscale: {
    about: 'Auto-scale a deployment, replica set, stateful set, or replication controller',
    load: async () => (await import('./create/autoscale.ts')).autoscaleVerb,
  },
  certificate: {
    about: 'Modify certificate resources',
    load: async () => (await import('./certificate/certificate.ts')).certificateVerb,
  },
  'cluster-info': {
    about: 'Display cluster information',
    load: async () => (await import('./cluster-info/cluster-info.ts')).clusterInfoVerb,
  },
  top: {
    about: 'Display resource (CPU/memory) usage',
    load: async () => (await import('./top/top.ts')).topVerb,
  },
  cordon: {
    about: 'Mark node as unschedulable',
    load: async () => (await import('./node-care/cordon.ts')).cordonVerb,
  },
  uncordon: {
    about: 'Mark node as schedulable',
    load: async () => (await import('./node-care/cordon.ts')).uncordonVerb,
  },
  drain: {
    about: 'Drain node in preparation for maintenance',
    load: async () => (await import('./node-care/drain.ts')).drainVerb,
  },
  taint: {
    about: 'Update the taints on one or more nodes',
    load: async () => (await import('./node-care/taint.ts')).taintVerb,
  },
  describe: {
    about: 'Show details of a specific resource or group of resources',
    load: async () => (await import('./describe/describe.ts')).describeVerb,
  },
  logs: {
    about: 'Print the logs for a container in a pod',
    load: async () => (await import('./streams/logs.ts')).logsVerb,
  },
  attach: {
    about: 'Attach to a running container',
    load: async () => (await import('./streams/attach.ts')).attachVerb,
  },
  exec: {
    about: 'Execute a command in a container',
    load: async () => (await import('./streams/exec.ts')).execVerb,
  },
  'port-forward': {
    about: 'Forward one or more local ports to a pod',
    load: async () => (await import('./streams/port-forward.ts')).portForwardVerb,
  },
  proxy: {
    about: 'Run a proxy to the Kubernetes API server',
    load: async () => (await import('./proxy/proxy.ts')).proxyVerb,
  },
  cp: {
    about: 'Copy files and directories to and from containers',
    load: async () => (await import('./streams/cp.ts')).cpVerb,
  },
  debug: {
    about: 'Create debugging sessions for troubleshooting workloads and nodes',
    load: async () => (await import('./debug/debug.ts')).debugVerb,
  },
  auth: {
    about: 'Inspect authorization',
    load: async () => (await import('./auth/auth.ts')).authVerb,
  },
  events: {
    about: 'List events',
    load: async () => (await import('./events/events.ts')).eventsVerb,
  },
  diff: {
    about: 'Diff the live version against a would-be applied version',
    load: async () => (await import('./diff/diff.ts')).diffVerb,
  },
  apply: {
    about: 'Apply a configuration to a resource by file name or stdin',
    load: async () => (await import('./apply/apply.ts')).applyVerb,
  },
  patch: {
    about: 'Update fields of a resource',
    load: async () => (await import('./write/patch.ts')).patchVerb,
  },
  replace: {
    about: 'Replace a resource by file name or stdin',
    load: async () => (await import('./write/replace.ts')).replaceVerb,
  },
  wait: {
    about: 'Wait for a specific condition on one or many resources',
    load: async () => (await import('./wait/wait.ts')).waitVerb,
  },
  kustomize: {
    about: 'Build a kustomization target from a directory',
    load: async () => (await import('./kustomize/kustomize.ts')).kustomizeVerb,
  },
  label: {
    about: 'Update the labels on a resource',
    load: async () => (await import('./write/label.ts')).labelVerb,
  },
  annotate: {
    about: 'Update the annotations on a resource',
    load: async () => (await import('./write/annotate.ts')).annotateVerb,
  },
  'api-resources': {
    about: 'Print the supported API resources on the server',
    load: async () => (await import('./cluster-info/api-resources.ts')).apiResourcesVerb,
  },
  'api-versions': {
    about: 'Print the supported API versions on the server, in the form of "group/version"',
    load: async () => (await import('./cluster-info/api-versions.ts')).apiVersionsVerb,
  },
  completion: {
    about: 'Output shell completion code for the specified shell (bash, zsh or fish)',
    load: async () => (await import('./completion/completion.ts')).completionVerb,
  },
  config: {
    about: 'Modify kubeconfig files',
    load: async () => (await import('./config/config.ts')).configVerb,
  },
  plugin: {
    about: 'Provides utilities for interacting with plugins',
    load: async () => (await import('./plugin/plugin.ts')).pluginVerb,
  },
  version: {
    about: 'Print the client and server version information',
    load: async () => (await import('./cluster-info/version.ts')).versionVerb,
  },
  options: {
    about: 'Print the list of flags inherited by all commands',
    load: async () => (await import('./options/options.ts')).optionsVerb,
  },
};
