/**
 * The network room of the addon as TypeScript sees it; native/addon/network*.cc are its mirrors.
 * File descriptors returned here are owned by the caller; those passed in are borrowed.
 * `netns` is a namespace's fd, or `null` for the one this process runs in. Addresses are of IPv4, dotted, or of IPv6.
 */
export interface NetworkNative {
  /** A new network namespace; it lives as long as its fd, a process or a link's peer holds it. */
  netnsCreate(): number;
  netnsOpen(path: string): number;
  /** Carries out `changes` in order on a worker thread; rejects at the first that fails, with the kernel's code. */
  networkApply(changes: readonly NetworkChange[]): Promise<void>;
  /**
   * All of `messages` in one nf_tables transaction, or none: whole netlink messages, of which only the last but the
   * batch's end asks for acknowledgement. An error says the sequence number of the message it is about.
   */
  nftTransact(netns: number | null, messages: Uint8Array): Promise<void>;
  networkLinks(netns: number | null): Promise<readonly FoundLink[]>;
  /** The main table of a family. */
  networkRoutes(netns: number | null, family: 4 | 6): Promise<readonly FoundRoute[]>;
  /** Chains of this namespace whose policy is to drop what it forwards. */
  networkForwardDrops(): Promise<readonly ForwardDrop[]>;
  /** Non-blocking sockets for `net.Server.listen({ fd })` and `dgram.Socket.bind({ fd })`. */
  tcpListen(netns: number | null, address: string, port: number, backlog: number): number;
  udpBind(netns: number | null, address: string, port: number): number;
  /** A connected socket's fd; rejects with ECONNREFUSED, ETIMEDOUT ... at `deadlineMs` at the latest. */
  tcpDial(netns: number | null, address: string, port: number, deadlineMs: number): Promise<number>;
  readonly ServicePump: new (options: PumpOptions) => ServicePump;
}

/** The data plane of services: threads that accept, choose a backend, dial it and relay, by themselves. */
export interface ServicePump {
  /** Throws EADDRINUSE and the like. Answers the listener's id. */
  listen(at: ListenAt, backends: Backends): number;
  /**
   * For connections from now on; existing ones stay unless their client is not admitted to their backend any more,
   * UDP flows to backends no longer named end as well.
   */
  put(listener: number, backends: Backends): void;
  /** New connections are refused once this returns; existing ones stay. */
  close(listener: number): void;
  /** Resets connections to an address whose pod is gone, which may have gone without a word. */
  endAllTo(address: string): void;
  stats(): PumpStats;
  /** Ends every connection and thread. */
  stop(): void;
}

export interface PumpOptions {
  /** Where backends are dialled from. */
  readonly netns: number | null;
  readonly threads: number;
  readonly connections: number;
  readonly flows: number;
  /** Clients remembered per listener with session affinity. */
  readonly affinityEntries: number;
}

export interface ListenAt {
  readonly protocol: 'TCP' | 'UDP';
  readonly netns: number | null;
  readonly address: string;
  readonly port: number;
}

/** Never without endpoints: to refuse is to close the listener. */
export interface Backends {
  /** Of the listener, its clients and its endpoints. An address is one number of 32 bits, one of IPv6 four, highest first. */
  readonly family: 4 | 6;
  /** Address and port in turn. */
  readonly endpoints: Uint32Array;
  /** 0 without session affinity. */
  readonly affinitySeconds: number;
  /** First and last address in turn; empty admits every client. */
  readonly allowedSources: Uint32Array;
  /** Who may reach each endpoint: first and last address in turn, sorted and apart; `null` for all. Empty: all, each. */
  readonly admitted: readonly (Uint32Array | null)[];
  /** Whose connections are not even answered, as a router drops them: all but these, told as above. */
  readonly answered: Uint32Array | null;
}

export interface PumpStats {
  /** Accepted since the start. */
  readonly connections: number;
  /** No backend could be reached. */
  readonly undeliverable: number;
  /** Refused because of the limits of `PumpOptions`. */
  readonly overLimit: number;
  /** Times that accepting was put off for want of descriptors or memory; clients wait meanwhile. */
  readonly pauses: number;
  readonly openConnections: number;
  readonly openFlows: number;
}

export type NetworkChange = { readonly netns: number | null } & (
  | {
      readonly kind: 'veth';
      readonly name: string;
      readonly mac: string;
      readonly peerName: string;
      readonly peerMac: string;
      /** The peer is born there. */
      readonly peerNetns: number;
      readonly mtu: number | null;
    }
  | {
      /** A tunnel over UDP that learns nothing; `local` is where its packets come from. */
      readonly kind: 'vxlan';
      readonly name: string;
      readonly mac: string;
      readonly vni: number;
      readonly port: number;
      readonly local: string;
      readonly mtu: number;
    }
  | { readonly kind: 'up' | 'delete-link'; readonly link: string }
  | { readonly kind: 'address'; readonly link: string; readonly address: string; readonly prefix: number }
  | { readonly kind: 'neighbour'; readonly link: string; readonly address: string; readonly mac: string }
  /** Frames of a tunnel to `mac` go to the host at `address`. */
  | { readonly kind: 'forwarding'; readonly link: string; readonly address: string; readonly mac: string }
  | ({ readonly kind: 'route' | 'delete-route' } & Route)
  | { readonly kind: 'sysctl'; readonly key: string; readonly value: string }
  | {
      readonly kind: 'masquerade';
      readonly table: string;
      readonly source: Prefix;
      readonly exceptTo: Prefix;
      /** Prefix of device names. */
      readonly exceptDevice: string;
    }
  | { readonly kind: 'remove-masquerade'; readonly table: string; readonly family: 4 | 6 }
  /** In the host's own FORWARD chain, where it has one; `owner` is how the rules are known again. */
  | {
      readonly kind: 'accept-forward';
      readonly owner: string;
      readonly device: string;
      readonly family: 4 | 6;
    }
  | { readonly kind: 'remove-accept-forward'; readonly owner: string; readonly family: 4 | 6 }
);

export interface ForwardDrop {
  /** `legacy`: iptables without nf_tables. */
  readonly family: 'ip' | 'ip6' | 'inet' | 'legacy';
  readonly table: string;
  readonly chain: string;
}

export interface Prefix {
  readonly address: string;
  readonly prefix: number;
}

export interface Route {
  readonly type: 'unicast' | 'local' | 'unreachable';
  readonly to: Prefix;
  readonly link: string | null;
  readonly gateway: string | null;
  readonly source: string | null;
  readonly metric: number;
}

export interface FoundLink {
  readonly index: number;
  readonly name: string;
  readonly mtu: number;
}

export interface FoundRoute {
  readonly type: 'unicast' | 'local' | 'unreachable';
  /** Made by this addon, whichever process. */
  readonly ours: boolean;
  readonly to: Prefix;
  readonly linkIndex: number | null;
  readonly gateway: string | null;
  readonly source: string | null;
  readonly metric: number;
}
