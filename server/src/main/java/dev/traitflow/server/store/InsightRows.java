package dev.traitflow.server.store;

import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.Insight;
import dev.traitflow.core.identity.Insight.Merged;
import dev.traitflow.core.identity.Insight.Refused;
import dev.traitflow.core.identity.Insight.Unmerged;
import dev.traitflow.core.identity.Insight.Violated;
import dev.traitflow.core.identity.Mapping;
import dev.traitflow.core.identity.Merge;
import dev.traitflow.core.identity.Violation;
import dev.traitflow.core.profile.IdentityChange;
import dev.traitflow.core.profile.IdentityChange.Mapped;
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

  InsightRows(RowStore rows, WriteBatch batch) {
    this.rows = rows;
    this.batch = batch;
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

  /** An identifier was taken from its profile. */
  void unmapped(IdentityChange change, Identifier identifier, String profile)
      throws RocksDBException {
    put(
        change.space(),
        identifier.toString(),
        new StoredInsight(
            StoredInsight.Kind.UNMAPPED,
            change.sequence(),
            0,
            "",
            List.of(identifier),
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
    put(insight.space(), which, stored(insight));
    if (insight.body() instanceof Merged merged) {
      batch.put(
          mergeKey(insight.space(), merged.merge().id()).bytes(),
          Merge.CODEC.encode(merged.merge()));
    } else if (insight.body() instanceof Unmerged unmerged) {
      batch.put(undoneKey(insight.space(), unmerged.merge()), NOTHING);
    }
  }

  /** Forgets what concerns a profile; what is pending must be written before. */
  void forget(String space, String profile) throws RocksDBException {
    List<byte[]> gone = new ArrayList<>();
    try (RowStore.Picture picture = rows.picture()) {
      picture.scan(
          StoreKey.of(StoreKey.INSIGHT_TERM)
              .text(space)
              .text(StoredInsight.ofProfile(profile))
              .bytes(),
          (row, nothing) -> {
            StoreKey.Reader fields = new StoreKey.Reader(row);
            fields.text();
            fields.text();
            long newestFirst = fields.number();
            String which = fields.text();
            byte[] key = key(space, newestFirst, which);
            byte[] known = picture.get(key);
            if (known != null) {
              StoredInsight insight = StoredInsight.CODEC.decode(known);
              insight.terms().forEach(term -> gone.add(termKey(space, term, newestFirst, which)));
              if (!insight.merge().isEmpty()) {
                gone.add(mergeKey(space, insight.merge()).bytes());
                gone.add(undoneKey(space, insight.merge()));
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

  private void put(String space, String which, StoredInsight insight) throws RocksDBException {
    long newestFirst = -insight.sequence();
    batch.put(key(space, newestFirst, which), StoredInsight.CODEC.encode(insight));
    for (String term : insight.terms()) {
      batch.put(termKey(space, term, newestFirst, which), NOTHING);
    }
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
    String text = insight.body() instanceof Refused refused ? refused.text() : "";
    return of(insight, StoredInsight.Kind.REFUSED, text, List.of(), "", "", List.of(), "");
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

  static byte[] key(String space, long newestFirst, String which) {
    return StoreKey.of(StoreKey.INSIGHT).text(space).number(newestFirst).text(which).bytes();
  }

  static StoreKey mergeKey(String space, String merge) {
    return StoreKey.of(StoreKey.MERGE).text(space).text(merge);
  }

  static byte[] undoneKey(String space, String merge) {
    return mergeKey(space, merge).text("undone").bytes();
  }

  private static byte[] termKey(String space, String term, long newestFirst, String which) {
    return StoreKey.of(StoreKey.INSIGHT_TERM)
        .text(space)
        .text(term)
        .number(newestFirst)
        .text(which)
        .bytes();
  }
}
