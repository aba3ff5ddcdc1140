package dev.traitflow.jobs.runtime;

/** What the fold of users reports to the fold of an account that a user is linked to. */
public sealed interface AccountMessage extends ProfileMessage {
  /** Id of the user. */
  String user();

  /**
   * The history of a user has left; to an account that the user is linked to.
   *
   * @param key the account
   * @param sequence offset in the log of what caused it
   * @param at the clock at that record, epoch milliseconds
   * @param user id of the user
   * @param survivor id of the user that it was merged into; empty after a split and after a
   *     deletion
   */
  record UserLeft(String key, long sequence, long at, String user, String survivor)
      implements AccountMessage {
    @Override
    public Kind kind() {
      return Kind.USER_LEFT;
    }
  }

  /**
   * The traits of a user have changed; to an account that the user is linked to.
   *
   * @param key the account
   * @param user id of the user
   * @param traits the traits that accounts use, as a JSON object
   */
  record UserTraits(String key, String user, byte[] traits) implements AccountMessage {
    @Override
    public Kind kind() {
      return Kind.USER_TRAITS;
    }
  }
}
