package wasl.aws;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import wasl.aws.DynamoTable.Write;
import wasl.aws.DynamoTable.Written;
import wasl.vault.Sealed;
import wasl.web.CallMemory;

/// Keeps calls in the table `Events`, whose items end by themselves.
public final class DynamoCallMemory implements CallMemory {
  private static final String MINE = "#owner = :owner AND attribute_not_exists(#answer)";

  private final DynamoTable events;

  public DynamoCallMemory(DynamoTable events) {
    this.events = events;
  }

  // Settles which of several requests does the call: the first to put its claim. DynamoDB deletes
  // late, so one that has ended is overwritten.
  @Override
  public Optional<Known> claim(Known fresh, Instant now) {
    var put =
        new Write.Put(
            CallItem.write(fresh),
            "attribute_not_exists(#pk) OR #expiresAt <= :now",
            Map.of("now", now.getEpochSecond()));
    return switch (events.put(put)) {
      case Written.Done done -> Optional.empty();
      case Written.Refused(var standing) ->
          Optional.of(
              CallItem.read(
                  standing.orElseThrow(() -> new IllegalStateException("refused by nothing"))));
    };
  }

  // Settles which of several requests takes over from one that died.
  @Override
  public boolean takeOver(Known seen, Known mine) {
    var update =
        new Write.Update(
            CallItem.key(seen.tenant(), seen.id()),
            "SET #owner = :mine, #until = :until",
            MINE + " AND #until = :seenUntil",
            Map.of(
                "mine", mine.owner(),
                "until", mine.until().toEpochMilli(),
                "owner", seen.owner(),
                "seenUntil", seen.until().toEpochMilli()));
    return switch (events.update(update)) {
      case Written.Done done -> true;
      // Our own first try, whose answer was lost.
      case Written.Refused(var standing) ->
          standing
              .filter(item -> item.text(CallItem.OWNER).equals(mine.owner()))
              .filter(item -> item.number(CallItem.UNTIL) == mine.until().toEpochMilli())
              .isPresent();
    };
  }

  // Only whoever holds the claim says what became of the call: one that was too slow finds
  // another's name there.
  @Override
  public void conclude(Known mine, Sealed answer) {
    events.update(
        new Write.Update(
            CallItem.key(mine.tenant(), mine.id()),
            "SET #answer = :answer",
            MINE,
            Map.of("answer", answer.bytes(), "owner", mine.owner())));
  }

  @Override
  public void release(Known mine) {
    events.update(
        new Write.Update(
            CallItem.key(mine.tenant(), mine.id()),
            "SET #until = :ended",
            MINE,
            Map.of("ended", 0, "owner", mine.owner())));
  }

  @Override
  public void forget(Known mine) {
    events.delete(
        new Write.Delete(
            CallItem.key(mine.tenant(), mine.id()), MINE, Map.of("owner", mine.owner())));
  }
}
