package dev.traitflow.bench.job;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The CPU time of this process, which other processes of the machine do not lengthen. */
final class Cpu {
  private Cpu() {}

  /** CPU time of all threads so far, in nanoseconds. */
  static long processNanos() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      return system.getProcessCpuTime();
    }
    throw new IllegalStateException("CPU time: got no measure of it (expected a HotSpot JVM)");
  }
}
