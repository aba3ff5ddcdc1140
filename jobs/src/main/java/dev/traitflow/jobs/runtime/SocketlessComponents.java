package dev.traitflow.jobs.runtime;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.failure.FailureEnricher;
import org.apache.flink.runtime.blob.BlobServer;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.dispatcher.ArchivedApplicationStore;
import org.apache.flink.runtime.dispatcher.DispatcherGateway;
import org.apache.flink.runtime.dispatcher.DispatcherId;
import org.apache.flink.runtime.dispatcher.DispatcherOperationCaches;
import org.apache.flink.runtime.dispatcher.PartialDispatcherServices;
import org.apache.flink.runtime.dispatcher.SessionDispatcherFactory;
import org.apache.flink.runtime.dispatcher.VoidHistoryServerArchivist;
import org.apache.flink.runtime.dispatcher.runner.DefaultDispatcherRunnerFactory;
import org.apache.flink.runtime.dispatcher.runner.DispatcherRunner;
import org.apache.flink.runtime.entrypoint.ClusterInformation;
import org.apache.flink.runtime.entrypoint.component.ComponentAssembly;
import org.apache.flink.runtime.entrypoint.component.DispatcherResourceManagerComponent;
import org.apache.flink.runtime.entrypoint.component.DispatcherResourceManagerComponentFactory;
import org.apache.flink.runtime.heartbeat.HeartbeatServices;
import org.apache.flink.runtime.highavailability.HighAvailabilityServices;
import org.apache.flink.runtime.jobmanager.HaServicesPersistenceComponentFactory;
import org.apache.flink.runtime.leaderretrieval.LeaderRetrievalService;
import org.apache.flink.runtime.metrics.MetricRegistry;
import org.apache.flink.runtime.metrics.groups.JobManagerMetricGroup;
import org.apache.flink.runtime.resourcemanager.ResourceManagerGateway;
import org.apache.flink.runtime.resourcemanager.ResourceManagerId;
import org.apache.flink.runtime.resourcemanager.ResourceManagerService;
import org.apache.flink.runtime.resourcemanager.ResourceManagerServiceImpl;
import org.apache.flink.runtime.resourcemanager.StandaloneResourceManagerFactory;
import org.apache.flink.runtime.rest.RestService;
import org.apache.flink.runtime.rpc.FatalErrorHandler;
import org.apache.flink.runtime.rpc.RpcService;
import org.apache.flink.runtime.security.token.DelegationTokenManager;
import org.apache.flink.runtime.webmonitor.retriever.MetricQueryServiceRetriever;
import org.apache.flink.runtime.webmonitor.retriever.impl.RpcGatewayRetriever;
import org.apache.flink.util.concurrent.ExponentialBackoffRetryStrategy;
import org.apache.flink.util.concurrent.RetryStrategy;

/** A dispatcher and a resource manager as a session cluster has them, without the REST endpoint. */
final class SocketlessComponents implements DispatcherResourceManagerComponentFactory {
  private static final RetryStrategy LEADER_LOOK_UP =
      new ExponentialBackoffRetryStrategy(12, Duration.ofMillis(10), Duration.ofMillis(50));

  @Override
  public DispatcherResourceManagerComponent create(
      Configuration configuration,
      ResourceID resourceId,
      Executor io,
      RpcService rpc,
      HighAvailabilityServices leaders,
      BlobServer blobs,
      HeartbeatServices heartbeats,
      DelegationTokenManager tokens,
      MetricRegistry metrics,
      ArchivedApplicationStore archive,
      MetricQueryServiceRetriever metricQueries,
      Collection<FailureEnricher> enrichers,
      FatalErrorHandler fatal)
      throws Exception {
    RpcGatewayRetriever<DispatcherId, DispatcherGateway> dispatcherGateway =
        new RpcGatewayRetriever<>(
            rpc, DispatcherGateway.class, DispatcherId::fromUuid, LEADER_LOOK_UP);
    RpcGatewayRetriever<ResourceManagerId, ResourceManagerGateway> resourcesGateway =
        new RpcGatewayRetriever<>(
            rpc, ResourceManagerGateway.class, ResourceManagerId::fromUuid, LEADER_LOOK_UP);
    ResourceManagerService resources =
        ResourceManagerServiceImpl.create(
            StandaloneResourceManagerFactory.getInstance(),
            configuration,
            resourceId,
            rpc,
            leaders,
            heartbeats,
            tokens,
            fatal,
            new ClusterInformation(InProcessCluster.LOOPBACK, blobs.getPort()),
            /* webInterfaceUrl= */ null,
            metrics,
            InProcessCluster.LOOPBACK,
            io);
    DispatcherOperationCaches caches =
        new DispatcherOperationCaches(
            configuration.get(RestOptions.ASYNC_OPERATION_STORE_DURATION));
    DispatcherRunner dispatcher =
        DefaultDispatcherRunnerFactory.createSessionRunner(SessionDispatcherFactory.INSTANCE)
            .createDispatcherRunner(
                leaders.getDispatcherLeaderElection(),
                fatal,
                new HaServicesPersistenceComponentFactory(leaders),
                io,
                rpc,
                new PartialDispatcherServices(
                    configuration,
                    leaders,
                    resourcesGateway,
                    blobs,
                    heartbeats,
                    () ->
                        JobManagerMetricGroup.createJobManagerMetricGroup(
                            metrics, InProcessCluster.LOOPBACK),
                    archive,
                    fatal,
                    VoidHistoryServerArchivist.INSTANCE,
                    metrics.getMetricQueryServiceGatewayRpcAddress(),
                    io,
                    caches,
                    enrichers));
    resources.start();
    LeaderRetrievalService resourcesLeader = leaders.getResourceManagerLeaderRetriever();
    resourcesLeader.start(resourcesGateway);
    LeaderRetrievalService dispatcherLeader = leaders.getDispatcherLeaderRetriever();
    dispatcherLeader.start(dispatcherGateway);
    return ComponentAssembly.assemble(
        dispatcher, resources, dispatcherLeader, resourcesLeader, new NoRest(), fatal, caches);
  }

  /** What stands where the REST endpoint would. */
  @SuppressWarnings("try") // Flink's own close may be interrupted
  private static final class NoRest implements RestService {
    @Override
    public int getRestPort() {
      throw new UnsupportedOperationException("REST: this cluster has no REST interface");
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
      return CompletableFuture.completedFuture(null);
    }
  }
}
