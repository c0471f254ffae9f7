import { containerPort } from './container-port.ts';
import { envFromSource, envVar } from './env.ts';
import { lifecycle } from './lifecycle.ts';
import { probe } from './probe.ts';
import { resourceRequirements } from './resource-requirements.ts';
import { containerResizePolicy, containerRestartRule } from './restart-rule.ts';
import { securityContext } from './security-context.ts';
import { volumeDevice, volumeMount } from './volume-mount.ts';
import { type Stored, boolean, embedded, list, listMap, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const ephemeralContainerCommonProps = {
  name: string().at(1),
  image: string().omitEmpty().at(2),
  command: list(string()).omitEmpty().at(3),
  args: list(string()).omitEmpty().at(4),
  workingDir: string().omitEmpty().at(5),
  ports: listMap(containerPort, 'containerPort', 'protocol').omitEmpty().at(6),
  envFrom: list(envFromSource).omitEmpty().at(19),
  env: listMap(envVar, 'name').omitEmpty().at(7),
  resources: resourceRequirements.present().at(8),
  resizePolicy: list(containerResizePolicy).omitEmpty().at(23),
  restartPolicy: string().optional().at(24),
  restartPolicyRules: list(containerRestartRule).omitEmpty().at(25),
  volumeMounts: listMap(volumeMount, 'mountPath').omitEmpty().at(9),
  volumeDevices: listMap(volumeDevice, 'devicePath').omitEmpty().at(21),
  livenessProbe: probe.optional().at(10),
  readinessProbe: probe.optional().at(11),
  startupProbe: probe.optional().at(22),
  lifecycle: lifecycle.optional().at(12),
  terminationMessagePath: string().whenEmpty('/dev/termination-log').at(13),
  terminationMessagePolicy: oneOf('File', 'FallbackToLogsOnError').whenEmpty('File').at(20),
  imagePullPolicy: oneOf('Always', 'Never', 'IfNotPresent').omitEmpty().at(14),
  securityContext: securityContext.optional().at(15),
  stdin: boolean().omitEmpty().at(16),
  stdinOnce: boolean().omitEmpty().at(17),
  tty: boolean().omitEmpty().at(18),
};

export const ephemeralContainer = object({
  ...embedded(1, ephemeralContainerCommonProps),
  targetContainerName: string().omitEmpty().at(2),
}).named('io.k8s.api.core.v1.EphemeralContainer');
export type EphemeralContainer = Stored<typeof ephemeralContainer>;
