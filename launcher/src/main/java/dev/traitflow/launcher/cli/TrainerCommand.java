package dev.traitflow.launcher.cli;

import dev.traitflow.launcher.trainer.Trainer;
import dev.traitflow.launcher.trainer.TrainerAnswer;
import dev.traitflow.launcher.trainer.TrainerRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The process in which a running instance trains. */
@Command(
    name = "trainer",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = {
      "Trains one prediction from rows in files and writes its bundle. An instance starts it for"
          + " each training, so that a crash of native code or a lack of memory ends the training"
          + " and not the instance; to train by hand there is 'traitflow train'.",
      "On stdout it says how far it is: a share from 0 to 1 and a step on each line. It ends when"
          + " its standard input does."
    })
final class TrainerCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(TrainerCommand.class);

  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "REQUEST", description = "JSON file with what to train.")
  private Path request = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "ANSWER",
      description = "Where the outcome is written, as JSON.")
  private Path answer = Path.of("");

  @Override
  public Integer call() throws IOException {
    Thread parent = new Thread(TrainerCommand::endWithParent, "parent");
    parent.setDaemon(true);
    parent.start();
    train().write(answer);
    return 0;
  }

  private TrainerAnswer train() {
    try {
      return Trainer.train(TrainerRequest.read(request), this::tell);
    } catch (IOException | RuntimeException edge) {
      // An edge: whatever a library finds wrong, who waits hears of it.
      LOG.error("{}: the training broke off", request.getFileName(), edge);
      return TrainerAnswer.failed(String.valueOf(edge.getMessage()));
    }
  }

  private void tell(String step, double share) {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    out.printf(Locale.ROOT, "%.4f %s%n", share, step);
    out.flush();
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
