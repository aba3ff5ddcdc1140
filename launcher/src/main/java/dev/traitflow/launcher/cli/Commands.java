package dev.traitflow.launcher.cli;

import dev.traitflow.launcher.runtime.Failure;
import java.io.PrintWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** All commands, and how their failures are reported. */
public final class Commands {
  private static final Logger LOG = LoggerFactory.getLogger(Commands.class);

  private Commands() {}

  /**
   * Runs one command.
   *
   * @return the exit code: 0 done, 1 failed, 2 wrong usage
   */
  public static int run(Modules modules, PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine line =
        new CommandLine(new TraitflowCommand())
            .addSubcommand(new DemoCommand(modules))
            .addSubcommand(new UpCommand(modules))
            .addSubcommand(new ReplayCommand(modules))
            .addSubcommand(
                new CommandLine(new ProfileCommand())
                    .addSubcommand(new ProfileGetCommand(modules))
                    .addSubcommand(new ProfileWhyCommand(modules))
                    .addSubcommand(new ProfileExportCommand(modules)))
            .addSubcommand(
                new CommandLine(new StoreCommand()).addSubcommand(new StoreRebuildCommand(modules)))
            .addSubcommand(
                new CommandLine(new LogCommand()).addSubcommand(new LogSkipCommand(modules)))
            .addSubcommand(new TrainCommand(modules))
            .addSubcommand(
                new CommandLine(new PredictionsCommand())
                    .addSubcommand(new PredictionsListCommand(modules))
                    .addSubcommand(new PredictionsShowCommand(modules))
                    .addSubcommand(new PredictionsPreviewCommand(modules))
                    .addSubcommand(new PredictionsVersionsCommand(modules))
                    .addSubcommand(new PredictionsRollbackCommand(modules))
                    .addSubcommand(new PredictionsEvaluateCommand(modules)))
            .addSubcommand(new SqlCommand(modules))
            .addSubcommand(new InitCommand())
            .addSubcommand(new ValidateCommand(modules))
            .addSubcommand(new PlanCommand(modules))
            .addSubcommand(new ApplyCommand(modules))
            .addSubcommand(new StatusCommand(modules))
            .addSubcommand(
                ScriptCommand.named(
                    "convert",
                    "Turns the original of a public data set into NDJSON that 'replay' reads."))
            .addSubcommand(new ServeCommand(modules))
            .addSubcommand(new FlinkRunCommand(modules))
            .addSubcommand(
                ScriptCommand.named(
                    "bench",
                    "Measures folds and server beside named opponents in the same run and prints a"
                        + " table of ratios."))
            .addSubcommand(new DoctorCommand())
            .addSubcommand(new TestCommand());
    return execute(line, out, err, arguments);
  }

  /**
   * Runs one of the line's commands; failures are reported alike for all of them.
   *
   * @return the exit code: 0 done, 1 failed, 2 wrong usage
   */
  public static int execute(
      CommandLine line, PrintWriter out, PrintWriter err, String... arguments) {
    return line.setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler((e, command, parsed) -> tell(e, command))
        .execute(arguments);
  }

  /** A failure is a sentence; anything else is a defect and shows where it happened. */
  private static int tell(Exception e, CommandLine command) {
    if (e instanceof CommandLine.TypeConversionException) {
      command.getErr().println(e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
    if (e instanceof Failure) {
      command.getErr().println(e.getMessage());
      LOG.debug("the failure in full", e);
    } else {
      LOG.error("{}: unexpected failure", command.getCommandName(), e);
    }
    command.getErr().flush();
    return CommandLine.ExitCode.SOFTWARE;
  }
}
