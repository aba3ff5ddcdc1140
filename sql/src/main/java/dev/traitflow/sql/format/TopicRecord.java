package dev.traitflow.sql.format;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The records a table can be made of, by the word of the option {@code traitflow.record}. */
enum TopicRecord {
  RESOLVED_EVENT("resolved-event") {
    @Override
    TopicColumns<?> columns() {
      return TopicColumns.resolvedEvent();
    }
  },
  IDENTITY_CHANGE("identity-change") {
    @Override
    TopicColumns<?> columns() {
      return TopicColumns.identityChange();
    }
  },
  PROFILE_CHANGE("profile-change") {
    @Override
    TopicColumns<?> columns() {
      return TopicColumns.profileChange();
    }
  },
  REJECTED_CALL("rejected-call") {
    @Override
    TopicColumns<?> columns() {
      return TopicColumns.rejectedCall();
    }
  };

  private final String word;

  TopicRecord(String word) {
    this.word = word;
  }

  /** The word in the option. */
  String word() {
    return word;
  }

  /** How its bytes are decoded and the columns it offers. */
  abstract TopicColumns<?> columns();

  /** Returns the record of that word, if there is one. */
  static Optional<TopicRecord> of(String word) {
    return Arrays.stream(values()).filter(kind -> kind.word.equals(word)).findFirst();
  }

  /** Every word, for messages. */
  static String words() {
    return Arrays.stream(values()).map(TopicRecord::word).collect(Collectors.joining(", "));
  }
}
