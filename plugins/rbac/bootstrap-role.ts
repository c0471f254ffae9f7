import type { PolicyRule } from './policy-rule.ts';

/** A ClusterRole that every cluster has, with those it is bound to from the start. */
export interface BootstrapRole {
  readonly name: string;
  readonly rules: readonly PolicyRule[];
  readonly labels?: Readonly<Record<string, string>>;
  /** Label of roles whose rules it gathers (`aggregationRule`). */
  readonly aggregates?: string;
  readonly boundTo?: readonly BootstrapSubject[];
}
export type BootstrapSubject =
  | { readonly kind: 'User' | 'Group'; readonly name: string }
  | { readonly kind: 'ServiceAccount'; readonly name: string; readonly namespace: string };
