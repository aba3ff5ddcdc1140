package dev.traitflow.server.store.apply;

import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.Insight;
import dev.traitflow.core.identity.Insight.Merged;
import dev.traitflow.core.identity.Insight.Refused;
import dev.traitflow.core.identity.Insight.Unmerged;
import dev.traitflow.core.identity.Insight.Violated;
import dev.traitflow.core.identity.Mapping;
import dev.traitflow.core.identity.Merge;
import dev.traitflow.core.identity.Violation;
import dev.traitflow.core.topic.IdentityChange;
import dev.traitflow.core.topic.IdentityChange.Mapped;
import dev.traitflow.core.topic.IdentityChange.Unmapped;
import dev.traitflow.server.store.rows.RowStore;
import dev.traitflow.server.store.rows.StoredInsight;
import dev.traitflow.server.store.rows.Tables.Insights;
import dev.traitflow.server.store.rows.Tables.Merges;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Keeps the log of identity decisions, the newest first, with what each is found by. */
final class InsightRows {
  private static final byte[] NOTHING = new byte[0];

  private final RowStore rows;
  private final WriteBatch batch;
  private final DeletedProfiles deleted;

  InsightRows(RowStore rows, WriteBatch batch, DeletedProfiles deleted) {
    this.rows = rows;
    this.batch = batch;
    this.deleted = deleted;
  }

  /** An identifier was given to a profile, which it may have made. */
  void mapped(IdentityChange change, Mapped mapped, boolean created) throws RocksDBException {
    put(
        change.space(),
        mapped.identifier().toString(),
        new StoredInsight(
            created ? StoredInsight.Kind.CREATED : StoredInsight.Kind.MAPPED,
            change.sequence(),
            mapped.createdAt(),
            "",
            List.of(mapped.identifier()),
            "",
            mapped.firstMessageId(),
            mapped.source(),
            mapped.profile(),
            List.of(),
            ""));
  }

  /** An identifier was taken from its profile, which stays. */
  void unmapped(IdentityChange change, Unmapped unmapped, String profile) throws RocksDBException {
    put(
        change.space(),
        unmapped.identifier().toString(),
        new StoredInsight(
            StoredInsight.Kind.UNMAPPED,
            change.sequence(),
            unmapped.at(),
            "",
            List.of(unmapped.identifier()),
            "",
            "",
            "",
            profile,
            List.of(),
            ""));
  }

  /** Keeps a record of the topic. */
  void add(Insight insight) throws RocksDBException {
    String which = String.format(Locale.ROOT, "%06d", insight.number());
    if (!put(insight.space(), which, stored(insight))) {
      return;
    }
    if (insight.body() instanceof Merged merged) {
      batch.put(
          Merges.key(insight.space(), merged.merge().id()), Merge.CODEC.encode(merged.merge()));
    } else if (insight.body() instanceof Unmerged unmerged) {
      batch.put(Merges.undone(insight.space(), unmerged.merge()), NOTHING);
    }
  }

  /** Forgets what concerns a deleted profile; what is pending must be written before. */
  void forget(String space, String profile) throws RocksDBException {
    forgetAll(space, StoredInsight.ofProfile(profile), Long.MAX_VALUE);
  }

  /**
   * Forgets what names an identifier of a deleted profile: from while it was part of another, that
   * an unmerge took it from. What is pending must be written before.
   *
   * @param before the deletion's offset in the log: what came after it may be there already
   */
  void forget(String space, Identifier identifier, long before) throws RocksDBException {
    forgetAll(space, StoredInsight.term(identifier), before);
  }

  private void forgetAll(String space, String term, long before) throws RocksDBException {
    List<byte[]> gone = new ArrayList<>();
    try (RowStore.Picture picture = rows.picture()) {
      picture.scan(
          Insights.ofTerm(space, term),
          (row, nothing) -> {
            Insights.Entry entry = Insights.entryOfTerm(row);
            if (entry.sequence() >= before) {
              return true;
            }
            byte[] key = Insights.key(space, entry);
            byte[] known = picture.get(key);
            if (known != null) {
              StoredInsight insight = StoredInsight.CODEC.decode(known);
              insight.terms().forEach(each -> gone.add(Insights.term(space, each, entry)));
              if (!insight.merge().isEmpty()) {
                gone.add(Merges.key(space, insight.merge()));
                gone.add(Merges.undone(space, insight.merge()));
              }
            }
            gone.add(key);
            return true;
          });
    }
    for (byte[] key : gone) {
      batch.delete(key);
    }
  }

  /** False if a profile it concerns is deleted: topics are followed side by side. */
  private boolean put(String space, String which, StoredInsight insight) throws RocksDBException {
    if (deleted.contains(space, insight.profile())
        || insight.others().stream().anyMatch(other -> deleted.contains(space, other))) {
      return false;
    }
    Insights.Entry entry = new Insights.Entry(insight.sequence(), which);
    batch.put(Insights.key(space, entry), StoredInsight.CODEC.encode(insight));
    for (String term : insight.terms()) {
      batch.put(Insights.term(space, term, entry), NOTHING);
    }
    return true;
  }

  private static StoredInsight stored(Insight insight) {
    if (insight.body() instanceof Violated violated) {
      Violation violation = violated.violation();
      boolean none = violation.identifier().type().isEmpty();
      return of(
          insight,
          StoredInsight.Kind.VIOLATION,
          violation.text(),
          none ? List.of() : List.of(violation.identifier()),
          violation.rule(),
          violation.messageId(),
          violation.profiles(),
          "");
    }
    if (insight.body() instanceof Merged merged) {
      Merge merge = merged.merge();
      List<Identifier> identifiers = new ArrayList<>(merge.survivorEvidence());
      merge.loser().identifiers().stream().map(Mapping::identifier).forEach(identifiers::add);
      return of(
          insight,
          StoredInsight.Kind.MERGED,
          "",
          identifiers,
          "",
          merge.messageId(),
          List.of(merge.loser().id()),
          merge.id());
    }
    if (insight.body() instanceof Unmerged unmerged) {
      return of(
          insight,
          StoredInsight.Kind.UNMERGED,
          "",
          unmerged.identifiers(),
          "",
          "",
          List.of(unmerged.split()),
          unmerged.merge());
    }
    if (insight.body() instanceof Refused refused) {
      return of(
          insight,
          StoredInsight.Kind.REFUSED,
          refused.text(),
          refused.identifiers(),
          refused.rule(),
          "",
          refused.profiles(),
          "");
    }
    throw new IllegalArgumentException(
        "insight: got " + insight.body() + " (expected a known one)");
  }

  private static StoredInsight of(
      Insight insight,
      StoredInsight.Kind kind,
      String text,
      List<Identifier> identifiers,
      String rule,
      String messageId,
      List<String> others,
      String merge) {
    return new StoredInsight(
        kind,
        insight.sequence(),
        insight.at(),
        text,
        identifiers,
        rule,
        messageId,
        insight.source(),
        insight.profile(),
        others,
        merge);
  }
}
