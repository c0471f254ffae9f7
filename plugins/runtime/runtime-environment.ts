import type { Native } from '../../native/index.ts';
import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { ProfileLoader } from './app-armor/profile-loader.ts';
import type { Cgroups } from './cgroups.ts';
import type { Ability, Container, Sandbox } from './contract.ts';
import type { MountPoints } from './mount-points.ts';
import type { StateDirectory } from './state-directory.ts';

/** What every sandbox of this node shares. */
export interface RuntimeEnvironment {
  readonly native: Native;
  readonly world: World;
  readonly log: Logger;
  readonly cgroups: Cgroups;
  readonly state: StateDirectory;
  readonly mountPoints: MountPoints;
  /** The shim's program, a sealed memfd. */
  readonly shimProgram: number;
  /** Loaded, for cgroups whose devices no controller of v1 restricts; `null` where it is not needed or not to be had. */
  readonly deviceFilter: number | null;
  readonly profiles: Pick<ProfileLoader, 'loadDefault'>;
  readonly abilities: readonly Ability[];
  onContainerExited(container: Container): void;
  onSandboxGone(sandbox: Sandbox): void;
}
