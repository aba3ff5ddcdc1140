package dev.traitflow.core.sample;

import java.util.List;

/**
 * A stream of random numbers that is the same on every machine for good: SplitMix64 (Steele, Lea
 * and Flood, OOPSLA 2014) and {@link StrictMath}, because {@link Math} may differ in the last bit
 * from one processor to the next and {@link java.util.Random} promises nothing about gamma.
 */
final class SampleRandom {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  /** The numbers of one of a person's streams; streams of one seed do not depend on each other. */
  SampleRandom(long seed, long person, int stream) {
    state = mix(mix(mix(seed + GOLDEN_GAMMA) + person) + stream);
  }

  /** Scatters 64 bits: different inputs give different outputs. */
  static long mix(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** Uniform over {@code [0, 1)}. */
  double uniform() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** Uniform over {@code [min, max)}. */
  double between(double min, double max) {
    return min + (max - min) * uniform();
  }

  /** Uniform over {@code 0..bound-1}. */
  int below(int bound) {
    return (int) (uniform() * bound);
  }

  /** True with this probability. */
  boolean chance(double probability) {
    return uniform() < probability;
  }

  <T> T pick(List<T> values) {
    return values.get(below(values.size()));
  }

  /** The index of one of the weights, each as likely as it is large. */
  int weighted(double[] weights) {
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    double left = uniform() * sum;
    for (int i = 0; i < weights.length - 1; i++) {
      left -= weights[i];
      if (left < 0) {
        return i;
      }
    }
    return weights.length - 1;
  }

  /** Exponential with mean 1. */
  double exponential() {
    return -StrictMath.log(1 - uniform());
  }

  /** Normal with mean 0 and deviation 1, by the method of Box and Muller. */
  double gaussian() {
    double radius = StrictMath.sqrt(2 * exponential());
    return radius * StrictMath.cos(2 * StrictMath.PI * uniform());
  }

  /** Gamma with this shape and mean 1, by the method of Marsaglia and Tsang (2000). */
  double gamma(double shape) {
    if (shape < 1) {
      double boost = StrictMath.pow(1 - uniform(), 1 / shape);
      return gamma(shape + 1) * (shape + 1) / shape * boost;
    }
    double d = shape - 1.0 / 3;
    double c = 1 / StrictMath.sqrt(9 * d);
    while (true) {
      double x = gaussian();
      double cube = 1 + c * x;
      if (cube <= 0) {
        continue;
      }
      double v = cube * cube * cube;
      if (StrictMath.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
        return d * v / shape;
      }
    }
  }
}
