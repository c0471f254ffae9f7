import { uniqueVolumeName, type CsiVolumeName } from '../../kinds/storage/v1/attachment-name.ts';

/** A volume of a pod, by its name there. */
export interface VolumeUser {
  readonly podUid: string;
  readonly name: string;
}

/** A volume of a driver as it is on this node, whoever has it. */
export interface NodeVolume extends CsiVolumeName {
  /** The name of its PersistentVolume, where that is a block device. */
  readonly device?: string | undefined;
}

interface Use extends NodeVolume {
  readonly users: Map<string, VolumeUser>;
  /** Whether it has to be attached to the node; until that is known it may have to. */
  isAttachable: boolean;
}

/** Which pods use which volumes of drivers, from before the first call for it until after the last. */
export class VolumeUses {
  readonly #uses = new Map<string, Use>();

  /** Without a user, of a volume that is there all the same. */
  add({ driver, handle, device }: NodeVolume, user: VolumeUser | undefined, isAttachable = true): void {
    const name = uniqueVolumeName({ driver, handle });
    const use = this.#uses.get(name) ?? { driver, handle, device, users: new Map<string, VolumeUser>(), isAttachable };
    use.isAttachable = isAttachable;
    if (user !== undefined) use.users.set(keyOf(user), user);
    this.#uses.set(name, use);
  }

  /** The volume itself stays until it is dropped. */
  remove({ driver, handle }: CsiVolumeName, user: VolumeUser): void {
    this.#uses.get(uniqueVolumeName({ driver, handle }))?.users.delete(keyOf(user));
  }

  isUsed({ driver, handle }: CsiVolumeName): boolean {
    return (this.#uses.get(uniqueVolumeName({ driver, handle }))?.users.size ?? 0) > 0;
  }

  /** It is on this node no more. */
  drop({ driver, handle }: CsiVolumeName): void {
    this.#uses.delete(uniqueVolumeName({ driver, handle }));
  }

  of(podUid: string): readonly { readonly volume: NodeVolume; readonly user: VolumeUser }[] {
    return [...this.#uses.values()].flatMap(volume =>
      [...volume.users.values()].filter(user => user.podUid === podUid).map(user => ({ volume, user })),
    );
  }

  podUids(): ReadonlySet<string> {
    return new Set([...this.#uses.values()].flatMap(({ users }) => [...users.values()].map(({ podUid }) => podUid)));
  }

  /** Those that nobody uses. */
  idle(): readonly NodeVolume[] {
    return [...this.#uses.values()].filter(({ users }) => users.size === 0);
  }

  /** `status.volumesInUse` of the Node: none of these may be detached. */
  names(): readonly string[] {
    const names = [...this.#uses].flatMap(([name, { isAttachable }]) => (isAttachable ? [name] : []));
    return names.sort();
  }
}

const keyOf = ({ podUid, name }: VolumeUser): string => `${podUid}/${name}`;
