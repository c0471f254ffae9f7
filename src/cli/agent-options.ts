import { option, type ServerOption } from './server-option.ts';
import { SERVER_OPTIONS } from './server-options.ts';

/** Of a server's settings those that a node without a control plane has as well. */
const SHARED: readonly string[] = [
  'dataDir',
  'bindAddress',
  'clusterCidr',
  'serviceCidr',
  'clusterDns',
  'clusterDomain',
  'nodeName',
  'nodeLabel',
  'nodeTaint',
  'nodeIp',
  'kubeletPort',
  'containerLogMaxSize',
  'containerLogMaxFiles',
  'allowedUnsafeSysctls',
  'registriesFile',
  'preloadImages',
  'pluginsDir',
  'stallSeconds',
  'disable',
];

/** The settings of `tiphys agent`. Addresses of pods, services and DNS are to be those of its server. */
export const AGENT_OPTIONS: readonly ServerOption[] = [
  option('server', 'text', '', 'https://host:port of the API server'),
  option('token', 'text', '', 'what is in <data-dir>/server/node-token of the server; needed once, to join'),
  option('tokenFile', 'text', '', 'file with the token, so that no list of processes shows it'),
  ...SERVER_OPTIONS.filter(({ key }) => SHARED.includes(key)),
];
