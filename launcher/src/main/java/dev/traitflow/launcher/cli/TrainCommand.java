package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.launcher.runtime.Failure;
import dev.traitflow.launcher.runtime.Instance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Trains predictions. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Trains predictions on the histories of a running instance or of a data directory and prints"
          + " each model's card.",
      "On a directory that nobody holds it starts an instance for as long as that takes."
    })
final class TrainCommand implements Callable<Integer> {
  private final Modules modules;
  @Mixin private Console console = new Console();
  @Mixin private TargetOptions target = new TargetOptions();

  @Parameters(
      paramLabel = "PREDICTION",
      arity = "0..*",
      description = "Keys of predictions (default: all of the space).")
  private List<String> predictions = new ArrayList<>();

  TrainCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    Optional<ServerClient> running = target.running();
    if (running.isPresent()) {
      print(train(running.get()));
      return 0;
    }
    Instance.Settings settings =
        new Instance.Settings("train", target.data, 0, List.of(), Optional.empty(), false);
    try (Instance instance = Instance.start(settings, modules.parts())) {
      instance.closeOnSignal(1);
      print(train(new ServerClient(instance.url(), AdminAccess.token(target.data))));
    }
    return 0;
  }

  private JsonNode train(ServerClient server) {
    StringJoiner query = new StringJoiner("&", "/admin/train?", "");
    target.space().ifPresent(space -> query.add("space=" + ProfileGetCommand.encode(space)));
    for (String prediction : predictions) {
      query.add("prediction=" + ProfileGetCommand.encode(prediction));
    }
    CompletableFuture<JsonNode> answer =
        CompletableFuture.supplyAsync(() -> server.post(query.toString()));
    TrainingWatch watch = new TrainingWatch(server, target.space(), console);
    try {
      while (true) {
        try {
          return answer.get(TrainingWatch.PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException training) {
          watch.look();
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new Failure("train: interrupted; the training goes on", interrupted);
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof Failure failure
          ? failure
          : new Failure("train: " + failed.getMessage(), failed);
    } finally {
      watch.end();
    }
  }

  private void print(JsonNode cards) {
    if (console.json) {
      Answer.print(cards, console.out());
    } else {
      console.out().println(cards.toPrettyString());
      console.out().flush();
    }
  }
}
