package dev.traitflow.launcher.cli;

import dev.traitflow.launcher.trainer.Trainer;
import dev.traitflow.launcher.trainer.TrainerAnswer;
import dev.traitflow.launcher.trainer.TrainerRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

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

  @Mixin private Console console = new Console();

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
    console.out().printf(Locale.ROOT, "%.4f %s%n", share, step);
    console.out().flush();
  }

  /** Nobody writes to the standard input: its end is the end of who started this process. */
  private static void endWithParent() {
    try {
      while (System.in.read() >= 0) {
        // Whatever is written says that there still is somebody.
        continue;
      }
    } catch (IOException closed) {
      LOG.debug("the standard input cannot be read", closed);
    }
    Runtime.getRuntime().halt(1);
  }
}
