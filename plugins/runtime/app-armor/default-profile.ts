/** What RuntimeDefault stands for; all pods of the machine share it. */
export const DEFAULT_PROFILE = 'tiphys-default';

/** Folders of /sys that are no control groups. */
const SYSFS = 'block,bus,class,dev,devices,firmware,hypervisor,kernel,module,power';

/**
 * In the language of apparmor.d(5). Capabilities, masks and read-only mounts of a container are its own; this stands
 * behind them: nothing is mounted, no parameter of the kernel written, and nobody traced or signalled outside.
 */
export const DEFAULT_PROFILE_TEXT = `profile ${DEFAULT_PROFILE} flags=(attach_disconnected,mediate_deleted) {
  network,
  capability,
  file,
  umount,
  signal (receive) peer=unconfined,
  signal (send, receive) peer=${DEFAULT_PROFILE},
  ptrace (trace, read, tracedby, readby) peer=${DEFAULT_PROFILE},
  deny mount,
  deny /proc/* w,
  deny /proc/{acpi,bus,fs,irq,scsi}/** wklx,
  deny /proc/sys/** w,
  deny /proc/kcore rwklx,
  deny /proc/sysrq-trigger rwklx,
  deny /sys/{${SYSFS}}/** wklx,
  deny /sys/{firmware,kernel/security,devices/virtual/powercap}/** rwklx,
}
`;
