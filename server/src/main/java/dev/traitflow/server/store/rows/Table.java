package dev.traitflow.server.store.rows;

/**
 * The tables of the store: each key begins with the letter of one. Rows of a table lie together, in
 * the order of its key's fields, which are given here. A letter is never used for anything else.
 */
public enum Table {
  /** (space, profile, timestamp, messageId) to the resolved event. */
  EVENTS('e'),
  /** (space, collection, type, value) to the identifier and its profile. */
  IDENTIFIERS('i'),
  /** (space, profile, collection, type, value) to the same: the identifiers of a profile. */
  PROFILE_IDENTIFIERS('p'),
  /** (space, profile, trait) to the value. */
  TRAITS('t'),
  /** (space, profile, trait, version) to a value that readers may not see yet. */
  STAGED('v'),
  /** (space, loser) to the survivor. */
  POINTERS('l'),
  /** (space, survivor, loser) to nothing: the pointers backwards. */
  ABSORBED('s'),
  /** (space, merge) to the merge; (space, merge, "undone") if it was taken back. */
  MERGES('h'),
  /** (space, sequence from the newest, which of its insights) to the insight. */
  INSIGHTS('j'),
  /** (space, term, sequence from the newest, which of its insights): finds insights by a term. */
  INSIGHT_TERMS('z'),
  /** (space, profile, profile) to nothing: a user's account and an account's user. */
  LINKS('k'),
  /** (topic, partition) to the next offset. */
  OFFSETS('o'),
  /** (topic, partition) to the newest attempt. */
  ATTEMPTS('a'),
  /** (topic, partition, stage, subtask) to the newest marker. */
  MARKERS('m'),
  /** (topic) to its number of partitions. */
  PARTITIONS('n'),
  /** (space) to its definition. */
  DEFINITIONS('d'),
  /** (space) to the messageId of its first Flex interaction. */
  FLEX('f'),
  /** (number) to a change that destinations may have to be notified of. */
  MARKS('q'),
  /** (space, profile, key, destination) to what the destination was sent last. */
  SENT('x'),
  /** (space, profile, key, destination, user id, email, anonymous id) to a call not taken yet. */
  PENDING('w'),
  /** (destination, number) to what a capture destination received. */
  CAPTURED('c'),
  /** (destination) to how a capture destination answers. */
  ANSWERS('r'),
  /** (destination, reason) to how many events were not sent to it. */
  FILTERED('u'),
  /** (space, profile) to nothing: the profile was deleted. */
  DELETED('g');

  private final byte letter;

  Table(char letter) {
    this.letter = (byte) letter;
  }

  /** The first byte of the table's keys. */
  byte letter() {
    return letter;
  }

  /** What all keys of the table begin with. */
  public byte[] prefix() {
    return new byte[] {letter};
  }
}
