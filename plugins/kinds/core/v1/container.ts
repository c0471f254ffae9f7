import { containerPort } from './container-port.ts';
import { envFromSource, envVar } from './env.ts';
import { lifecycle } from './lifecycle.ts';
import { probe } from './probe.ts';
import { resourceRequirements } from './resource-requirements.ts';
import { containerResizePolicy, containerRestartRule } from './restart-rule.ts';
import { securityContext } from './security-context.ts';
import { volumeDevice, volumeMount } from './volume-mount.ts';
import { type Stored, boolean, list, listMap, object, oneOf, string } from '../../../../src/schema/schema.ts';

/** What containers and ephemeral containers have alike. */
export const containerProps = {
  name: string().doc('Name within the pod.').at(1),
  image: string().omitEmpty().doc('Image to run.').at(2),
  command: list(string()).omitEmpty().doc('Replaces the entry point of the image.').at(3),
  args: list(string()).omitEmpty().doc('Replaces the arguments of the image.').at(4),
  workingDir: string().omitEmpty().doc('Directory to start in.').at(5),
  terminationMessagePath: string().whenEmpty('/dev/termination-log').doc('File that says why it ended.').at(13),
  terminationMessagePolicy: oneOf('File', 'FallbackToLogsOnError')
    .whenEmpty('File')
    .doc('Whether its log may stand in for that file.')
    .at(20),
  ports: listMap(containerPort, 'containerPort', 'protocol').omitEmpty().doc('Ports it listens on.').at(6),
  env: listMap(envVar, 'name').omitEmpty().doc('Variables of its environment.').at(7),
  envFrom: list(envFromSource).omitEmpty().doc('Objects whose keys become variables.').at(19),
  volumeMounts: listMap(volumeMount, 'mountPath').omitEmpty().doc('Volumes it sees.').at(9),
  volumeDevices: listMap(volumeDevice, 'devicePath').omitEmpty().doc('Block devices it sees.').at(21),
  imagePullPolicy: oneOf('Always', 'IfNotPresent', 'Never').omitEmpty().doc('When the image is pulled.').at(14),
  resources: resourceRequirements.present().doc('What it needs and may use.').at(8),
  resizePolicy: list(containerResizePolicy).omitEmpty().doc('What a change of its resources means.').at(23),
  securityContext: securityContext.optional().doc('Its privileges.').at(15),
  restartPolicy: string().optional().doc('Always on an init container makes it a sidecar.').at(24),
  restartPolicyRules: list(containerRestartRule).omitEmpty().at(25),
  lifecycle: lifecycle.optional().doc('What is done after its start and before its end.').at(12),
  livenessProbe: probe.optional().doc('Restarts it when it fails.').at(10),
  readinessProbe: probe.optional().doc('Takes it out of services when it fails.').at(11),
  startupProbe: probe.optional().doc('Must succeed before the other probes begin.').at(22),
  stdin: boolean().omitEmpty().doc('Keeps its standard input open.').at(16),
  stdinOnce: boolean().omitEmpty().doc('Closes it after the first client has gone.').at(17),
  tty: boolean().omitEmpty().doc('Gives it a terminal.').at(18),
};

export const container = object(containerProps)
  .named('io.k8s.api.core.v1.Container')
  .doc('A process of a pod, run from an image.');
export type Container = Stored<typeof container>;
