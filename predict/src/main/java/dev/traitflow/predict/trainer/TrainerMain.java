package dev.traitflow.predict.trainer;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process of a training: reads a request from one file, writes the answer to another. On stdout
 * it says how far it is, a share from 0 to 1 and a step on each line. It ends when its standard
 * input does, which is when its parent ends, however that ends.
 *
 * <p>An instance starts it, see {@link TrainerProcess}; to train by hand there is {@code traitflow
 * train}.
 */
public final class TrainerMain {
  private static final Logger LOG = LoggerFactory.getLogger(TrainerMain.class);
  private static final int USAGE = 2;

  private TrainerMain() {}

  /**
   * Trains and ends the process: with 0 if there is an answer, also one that says what failed.
   *
   * @param arguments the file of the request and that of the answer
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      System.err.println(
          "trainer: got " + arguments.length + " arguments (expected two files: request, answer)");
      System.exit(USAGE);
    }
    Thread parent = new Thread(TrainerMain::endWithParent, "parent");
    parent.setDaemon(true);
    parent.start();
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    train(Path.of(arguments[0]), out).write(Path.of(arguments[1]));
    System.exit(0);
  }

  private static TrainerAnswer train(Path request, PrintStream out) {
    try {
      return Trainer.train(
          TrainerRequest.read(request),
          (step, share) -> out.printf(Locale.ROOT, "%.4f %s%n", share, step));
    } catch (IOException | RuntimeException edge) {
      // An edge: whatever a library finds wrong, who waits hears of it.
      LOG.error("{}: the training broke off", request.getFileName(), edge);
      return TrainerAnswer.failed(String.valueOf(edge.getMessage()));
    }
  }

  /** Nothing is written to the standard input: its end is the end of the parent process. */
  private static void endWithParent() {
    try {
      int read;
      do {
        read = System.in.read();
      } while (read >= 0);
    } catch (IOException closed) {
      LOG.debug("the standard input cannot be read", closed);
    }
    Runtime.getRuntime().halt(1);
  }
}
