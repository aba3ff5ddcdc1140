package org.apache.flink.runtime.entrypoint.component;

import org.apache.flink.runtime.dispatcher.DispatcherOperationCaches;
import org.apache.flink.runtime.dispatcher.runner.DispatcherRunner;
import org.apache.flink.runtime.leaderretrieval.LeaderRetrievalService;
import org.apache.flink.runtime.resourcemanager.ResourceManagerService;
import org.apache.flink.runtime.rest.RestService;
import org.apache.flink.runtime.rpc.FatalErrorHandler;

/**
 * Calls the constructor of {@link DispatcherResourceManagerComponent}, which only its own package
 * may call. That is the whole reason for a class of ours in a package of Flink's: the factory that
 * Flink has for the component always opens a REST socket (decision 0020).
 */
public final class ComponentAssembly {
  private ComponentAssembly() {}

  /** Puts parts that were started together into one component, which stops them. */
  public static DispatcherResourceManagerComponent assemble(
      DispatcherRunner dispatcher,
      ResourceManagerService resources,
      LeaderRetrievalService dispatcherLeader,
      LeaderRetrievalService resourcesLeader,
      RestService rest,
      FatalErrorHandler fatal,
      DispatcherOperationCaches caches) {
    return new DispatcherResourceManagerComponent(
        dispatcher, resources, dispatcherLeader, resourcesLeader, rest, fatal, caches);
  }
}
