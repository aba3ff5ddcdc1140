package dev.traitflow.jobs.profile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Work that writes down what it was asked to do. */
final class FakeFoldWork implements FoldProgress.Work {
  final List<String> done = new ArrayList<>();
  final Map<String, Long> counts = new HashMap<>();
  int slices;
  boolean sweeping;
  int pending;
  OptionalLong due = OptionalLong.empty();

  /** What was done since the last call. */
  List<String> done() {
    List<String> since = List.copyOf(done);
    done.clear();
    return since;
  }

  @Override
  public boolean sweep(long asOf) {
    if (slices == 0) {
      return false;
    }
    slices--;
    sweeping = slices > 0;
    done.add("sweep at " + asOf);
    return true;
  }

  @Override
  public boolean isSweeping() {
    return sweeping;
  }

  @Override
  public int pending() {
    return pending;
  }

  @Override
  public void flush() {
    pending = 0;
    done.add("flush");
  }

  @Override
  public Map<String, Long> counts() {
    return new HashMap<>(counts);
  }

  @Override
  public OptionalLong due() {
    return due;
  }

  @Override
  public void mark(long flush, long asOf, Map<String, Long> shown) {
    done.add("mark " + flush + " at " + asOf + " " + shown);
  }

  @Override
  public void passOn(Barriers answered, boolean beat, long asOf) {
    done.add((beat ? "beat " : "barrier ") + answered.done() + " at " + asOf);
  }
}
