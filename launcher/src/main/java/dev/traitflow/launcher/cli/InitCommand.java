package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.launcher.runtime.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Writes a space file to start with. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a commented space file to start with, with a write key and a token of its own.",
      "Run it with './traitflow up --space FILE'. A file that is there is left as it is."
    })
final class InitCommand implements Callable<Integer> {
  private static final int SECRET_BYTES = 16;

  @Mixin private Console console = new Console();

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      defaultValue = "space.yaml",
      description = "The file to write (default: ${DEFAULT-VALUE}).")
  private Path file = Path.of("space.yaml");

  @Override
  public Integer call() {
    try {
      Files.writeString(file, starter(), StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new Failure(file + ": is there already (expected the name of a new file)", e);
    } catch (IOException e) {
      throw new Failure(file + ": cannot be written: " + e.getMessage(), e);
    }
    if (console.json) {
      ObjectNode document = Answer.JSON.createObjectNode();
      Answer.print(document.put("file", file.toString()), console.out());
    } else {
      console.out().println("wrote " + file + "; run it with: ./traitflow up --space " + file);
      console.out().flush();
    }
    return 0;
  }

  private static String starter() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            InitCommand.class.getResourceAsStream("/starter.yaml"), "starter.yaml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("@WRITE_KEY@", secret("wk_"))
          .replace("@TOKEN@", secret("tk_"));
    }
  }

  private static String secret(String prefix) {
    byte[] bytes = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(bytes);
    return prefix + HexFormat.of().formatHex(bytes);
  }
}
