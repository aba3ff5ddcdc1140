package dev.traitflow.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class RetriesTest {
  private long now;
  private int asked;
  private final Retries retries = new Retries(Duration.ofSeconds(60), () -> now);

  private String answerAt(int attempt) throws ExecutionException {
    now += TimeUnit.SECONDS.toNanos(25);
    if (++asked < attempt) {
      throw new ExecutionException(new UnknownTopicOrPartitionException("events"));
    }
    return "answered";
  }

  @Test
  void asksAgainUntilATopicThatWasJustMadeIsKnown() throws Exception {
    assertThat(retries.until("the topics", () -> answerAt(3))).isEqualTo("answered");
    assertThat(asked).isEqualTo(3);
  }

  @Test
  void saysWhatItWaitedFor() {
    assertThatThrownBy(() -> retries.until("the topics", () -> answerAt(9)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("waited 60 s for the topics: events");
  }

  @Test
  void doesNotAskAgainWhatIsRefused() {
    assertThatThrownBy(
            () ->
                retries.until(
                    "the topics",
                    () -> {
                      asked++;
                      throw new ExecutionException(new SaslAuthenticationException("wrong secret"));
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the topics: cannot be had: wrong secret");
    assertThat(asked).isEqualTo(1);
  }
}
