/** What a plugin's own tests need: a whole cluster in the test process, and a clock that obeys. */
export { startCluster, type TestCluster, type TestClusterOptions } from './cluster.ts';
export { fakeNodes, type FakeNodesOptions } from './fake-nodes.ts';
export { manualWorld, type ManualWorld } from './manual-world.ts';
