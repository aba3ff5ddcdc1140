package dev.traitflow.bench;

import java.util.List;

/** One claim about cost, measured. */
interface Benchmark {
  /** What names it on the command line: first the letter of the table's rows, then words. */
  List<String> names();

  /** What it claims, in a sentence. */
  String claim();

  /** How long it takes on two cores, roughly, in seconds; for the time left that is shown. */
  double seconds(boolean quick);

  /** Measures. */
  List<Figure> run(Lab lab) throws Exception;
}
