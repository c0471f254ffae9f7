/** What a machine is of its cluster: its first node with the control plane, or one more node. */
export type ServiceRole = 'server' | 'agent';

export const serviceName = (role: ServiceRole): string =>
  role === 'server' ? 'tiphys.service' : 'tiphys-agent.service';

/**
 * The unit (systemd.service(5)) that runs `program` with `args` from boot on. Only the daemon itself is ended when it is
 * stopped: pods run on and the next one finds them. It is started again at once, however often it ends.
 */
export function serviceUnit(role: ServiceRole, program: string, args: readonly string[]): string {
  const command = [program, role, ...args].map(quoted).join(' ');
  return `[Unit]
Description=Tiphys, a Kubernetes ${role === 'server' ? 'node with its control plane' : 'node'}
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${command}
Restart=always
RestartSec=100ms
KillMode=process
Delegate=yes
OOMScoreAdjust=-999
LimitNOFILE=1048576
LimitNPROC=infinity
TasksMax=infinity

[Install]
WantedBy=multi-user.target
`;
}

/** One word of a command line (systemd.service(5), "Command lines"): nothing in it is expanded or means anything. */
function quoted(word: string): string {
  const escaped = word.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$').replaceAll('\n', '\\n');
  return /^[\w./:=,@+-]+$/.test(word) ? escaped : `"${escaped}"`;
}
