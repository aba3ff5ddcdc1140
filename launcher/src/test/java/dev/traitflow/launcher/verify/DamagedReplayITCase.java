package dev.traitflow.launcher.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines out of order, lines sent twice and lines that are no calls change no value. */
class DamagedReplayITCase {
  private static final int LINES_MAX = 8_000;
  private static final int PEOPLE_IN_PLACE = 250;
  private static final int BAD_EVERY = 400;
  private static final long SEED = 7;

  @TempDir private Path folder = Path.of("");

  @Test
  void shuffledRepeatedAndBrokenLinesChangeNoValue() throws Exception {
    DataSet source = DataSet.real("online-retail", folder, PEOPLE_IN_PLACE);
    Random random = new Random(SEED);
    List<byte[]> lines = validLines(source.calls());
    Collections.shuffle(lines, random);
    Path clean = write("clean.ndjson", lines);
    List<byte[]> bad = bad(lines.size() / BAD_EVERY);
    List<byte[]> repeated = new ArrayList<>();
    for (int i = 0; i < lines.size(); i += 3) {
      repeated.add(lines.get(i));
    }
    List<byte[]> sent = interleave(lines, repeated, bad, random);
    DataSet damaged = new DataSet(write("damaged.ndjson", sent), source.space());

    ProvenReplay product = new ProvenReplay(folder, damaged);
    assertThat(product.replay())
        .isEqualTo(
            "read %d accepted %d duplicate %d rejected %d",
            sent.size(), lines.size(), repeated.size(), bad.size());
    product.assertEqualTo(NaiveCalls.read(clean));
  }

  /** The first valid lines of a file, each call once, in its order. */
  private static List<byte[]> validLines(Path file) throws IOException {
    List<byte[]> all = new ArrayList<>();
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        InputStream input = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      byte[] bytes = input.readAllBytes();
      int start = 0;
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] == '\n') {
          all.add(Arrays.copyOfRange(bytes, start, i));
          start = i + 1;
        }
      }
    }
    List<byte[]> valid = new ArrayList<>();
    for (NaiveCall call : NaiveCalls.read(file).accepted()) {
      if (valid.size() < LINES_MAX) {
        valid.add(all.get((int) call.line() - 1));
      }
    }
    return valid;
  }

  /** Puts the others at random places, the repeated ones after or before what they repeat. */
  private static List<byte[]> interleave(
      List<byte[]> lines, List<byte[]> repeated, List<byte[]> bad, Random random) {
    List<byte[]> others = new ArrayList<>(repeated);
    others.addAll(bad);
    Collections.shuffle(others, random);
    List<byte[]> sent = new ArrayList<>();
    int next = 0;
    for (byte[] line : lines) {
      sent.add(line);
      while (next < others.size() && random.nextInt(lines.size()) < others.size()) {
        sent.add(others.get(next++));
      }
    }
    sent.addAll(others.subList(next, others.size()));
    return sent;
  }

  /** As many lines of each kind that must be refused, with message ids of their own. */
  private static List<byte[]> bad(int ofEach) {
    List<byte[]> bad = new ArrayList<>();
    for (int i = 0; i < ofEach; i++) {
      String tail = ",\"messageId\":\"bad-" + i + "\",\"timestamp\":\"2030-01-01T00:00:00Z\"}";
      String order = "{\"type\":\"track\",\"userId\":\"u\",\"event\":\"Order Completed\"";
      bad.add(utf8("this is not JSON " + i));
      bad.add(utf8("[" + i + "]"));
      bad.add(utf8(order + tail.substring(0, tail.length() - 3)));
      bad.add(utf8("{\"type\":\"track\",\"event\":\"Order Completed\"" + tail));
      bad.add(utf8(order.replace("\"u\"", "17850") + tail));
      bad.add(utf8(order.replace("\"Order Completed\"", "12") + tail));
      bad.add(utf8(order + ",\"properties\":[1]" + tail));
      bad.add(utf8("{\"type\":\"identify\",\"userId\":\"u\",\"traits\":\"x\"" + tail));
      bad.add(utf8(order.replace("track", "buy") + tail));
      bad.add(utf8(order + ",\"properties\":{\"x\":\"" + "x".repeat(33 * 1024) + "\"}" + tail));
      byte[] notUtf8 = utf8(order + ",\"properties\":{\"x\":\"?\"}" + tail);
      notUtf8[new String(notUtf8, StandardCharsets.UTF_8).indexOf('?')] = (byte) 0xc3;
      bad.add(notUtf8);
    }
    return bad;
  }

  private Path write(String name, List<byte[]> lines) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (byte[] line : lines) {
        out.write(line);
        out.write('\n');
      }
    }
    return file;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
