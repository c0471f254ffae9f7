/**
 * The one public door: everything a plugin may rely on. A plugin is a file whose default export comes from
 * `definePlugin`; `tiphys server --plugins-dir` loads it. What is not exported here may change at any time.
 */
export { definePlugin, contributionPoint, serviceRef } from '../kernel/plugin.ts';
export type { Plugin, PluginContext, ContributionPoint, ServiceRef } from '../kernel/plugin.ts';
export type { Logger } from '../kernel/logger.ts';
export type { World } from '../base/world.ts';
export { eventType, type Bus, type EventType } from '../bus/bus.ts';

export { clients } from '../api/client.ts';
export type { Client, Clients, Key, ListOptions, ObjectList, Patch, WatchEvent } from '../api/client.ts';
export { defineResource, resources } from '../api/resource.ts';
export type { Column, InputOf, ObjectOf, Permission, Resource, StatusOf } from '../api/resource.ts';
export type { AnyObject, ObjectMeta, OwnerReference } from '../api/object-meta.ts';
export {
  badRequestError,
  conflictError,
  forbiddenError,
  invalidError,
  isStatusError,
  notFoundError,
  StatusError,
  type Status,
  type StatusReason,
} from '../api/status-error.ts';
export { ageColumn, nameColumn } from '../api/columns.ts';
export { invalid, required, forbidden, type FieldError } from '../api/field-error.ts';
export { labelMatcher, parseLabelSelector, type LabelMatcher, type LabelSelector } from '../api/label-selector.ts';
export * as schema from '../schema/schema.ts';

export { caches, type Cache, type CacheHandler, type CacheIndex, type Caches } from './caches.ts';
export { controllers, defineController, reads } from './controller.ts';
export type { Controller, ControllerClient, Outcome, ReconcileContext } from './controller.ts';
export { eventRecorders, type EventRecorder, type EventRecorders, type ObjectReference } from './events.ts';
export { createUnlessPresent } from './create-unless-present.ts';
export { byController, controllerOf } from './controller-reference.ts';
export { WorkQueue } from './work-queue.ts';

export { schedulerFilters, schedulerScores } from '../../plugins/scheduler/contract.ts';
export type {
  ClusterView,
  Misfit,
  NodeView,
  SchedulerFilter,
  SchedulerScore,
} from '../../plugins/scheduler/contract.ts';
export {
  admission,
  admissionFor,
  authenticators,
  authorizers,
  healthChecks,
} from '../../plugins/apiserver/contract.ts';
export type { AdmissionPlugin, AdmissionRequest, Authenticator, Authorizer } from '../../plugins/apiserver/contract.ts';

export { ControllerRevision } from '../../plugins/kinds/apps/v1/controller-revision.ts';
export { DaemonSet } from '../../plugins/kinds/apps/v1/daemon-set.ts';
export { Deployment } from '../../plugins/kinds/apps/v1/deployment.ts';
export { ReplicaSet } from '../../plugins/kinds/apps/v1/replica-set.ts';
export { CronJob } from '../../plugins/kinds/batch/v1/cron-job.ts';
export { Job } from '../../plugins/kinds/batch/v1/job.ts';
export { StatefulSet } from '../../plugins/kinds/apps/v1/stateful-set.ts';
export { Lease } from '../../plugins/kinds/coordination/v1/lease.ts';
export { ConfigMap } from '../../plugins/kinds/core/v1/config-map.ts';
export { Endpoints } from '../../plugins/kinds/core/v1/endpoints.ts';
export { Event } from '../../plugins/kinds/core/v1/event.ts';
export { Namespace } from '../../plugins/kinds/core/v1/namespace.ts';
export { Node } from '../../plugins/kinds/core/v1/node.ts';
export { PersistentVolume } from '../../plugins/kinds/core/v1/persistent-volume.ts';
export { PersistentVolumeClaim } from '../../plugins/kinds/core/v1/persistent-volume-claim.ts';
export { Pod } from '../../plugins/kinds/core/v1/pod.ts';
export { ReplicationController } from '../../plugins/kinds/core/v1/replication-controller.ts';
export { Secret } from '../../plugins/kinds/core/v1/secret.ts';
export { Service } from '../../plugins/kinds/core/v1/service.ts';
export { ServiceAccount } from '../../plugins/kinds/core/v1/service-account.ts';
export { StorageClass } from '../../plugins/kinds/storage/v1/storage-class.ts';
export { Ingress } from '../../plugins/kinds/networking/v1/ingress.ts';
export { IngressClass } from '../../plugins/kinds/networking/v1/ingress-class.ts';
export { EndpointSlice } from '../../plugins/kinds/discovery/v1/endpoint-slice.ts';
