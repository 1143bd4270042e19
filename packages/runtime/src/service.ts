/** A process: start and stop, clock, log, health, metrics, repeated work. */
export { type Clock, type FixedClock, fixedClock, systemClock } from './clock/clock.ts';
export { type AdminServer, serveAdmin } from './health/admin-server.ts';
export { createHealth, type Health, type PartReport, type PartState } from './health/health.ts';
export { describeError, type Log, type LogLevel, logLevels, openLog } from './log/log.ts';
export { createRecentTexts, type RecentTexts } from './memory/recent-texts.ts';
export { createMetrics, type Metrics, sharedMetric } from './metrics/metrics.ts';
export { type Backbone, openBackbone } from './start/backbone.ts';
export { boundAddress } from './start/bound-address.ts';
export { type CommonConfig, readCommonConfig } from './start/common-config.ts';
export { type Platform, type RunningService, running } from './start/platform.ts';
export { runService, type ServiceDefinition } from './start/service.ts';
export { type Breaker, type BreakerOptions, createBreaker } from './work/breaker.ts';
export { type EveryOptions, every } from './work/every.ts';
export { isPromise } from './work/is-promise.ts';
export { createSharedWork, type SharedWork } from './work/shared-work.ts';
