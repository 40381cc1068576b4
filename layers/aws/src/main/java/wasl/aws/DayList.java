package wasl.aws;

import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.reverseOrder;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import wasl.access.Tenant;
import wasl.page.Page;
import wasl.page.PageRequest;
import wasl.queue.Batch;

/// Reads the list of a kind that is many, by time: day by day, all shards of a day at once.
///
/// The index holds an item's keys and, of its attributes, only [ItemKeys#LISTED], which never
/// change: so a change of an item is not written a second time into the index. Items are read from
/// the table, as they are now.
final class DayList {
  // Senders' clocks may be ahead of ours, but not by more.
  private static final Duration AHEAD = Duration.ofDays(1);

  // What one page may look at in each shard: so many entries of the index, or, since an entry's
  // item costs that many times as much, some hundreds of items. Then it ends in a second or two,
  // whatever the filter holds back.
  private static final int ROOM = 10_000;
  private static final int ITEM = 20;

  private static final Comparator<Item> OLDEST_FIRST = Comparator.comparing(DayList::position);

  private final DynamoTable table;
  private final InstantSource clock;
  private final Duration kept;

  /// @param kept how long items live: no older day is looked at
  DayList(DynamoTable table, InstantSource clock, Duration kept) {
    this.table = table;
    this.clock = clock;
    this.kept = kept;
  }

  /// What is wanted of a list.
  ///
  /// @param since inclusive
  /// @param until exclusive
  record Wanted(Tenant tenant, String kind, Instant since, Instant until, Filter filter) {}

  /// What an item must be, beside its time.
  static final class Filter {
    private final List<String> conditions = new ArrayList<>();
    private final Map<String, Object> values = new HashMap<>();
    private final Map<String, Set<String>> ofTheItem = new HashMap<>();

    /// This attribute, which the index holds, has this value, where one is given.
    Filter equal(String name, Optional<String> value) {
      if (!ItemKeys.LISTED.contains(name)) {
        throw new IllegalArgumentException("the list index does not hold \"" + name + "\"");
      }
      value.ifPresent(wanted -> {
        conditions.add("#" + name + " = :" + name);
        values.put(name, wanted);
      });
      return this;
    }

    /// This attribute of the item has one of these values now, where any are given.
    Filter oneOf(String name, Collection<String> wanted) {
      if (!wanted.isEmpty()) {
        ofTheItem.put(name, Set.copyOf(wanted));
      }
      return this;
    }

    private boolean holds(Item item) {
      return ofTheItem.entrySet().stream()
          .allMatch(each ->
              item.optionalText(each.getKey()).filter(each.getValue()::contains).isPresent());
    }
  }

  /// A page, newest first; throws [PageRequest.NoPosition] for a position that is none of such a
  /// list. It may have fewer items than were asked for, or none, and yet a position to go on from.
  Page<Item> newestFirst(Wanted wanted, PageRequest page) {
    var ends = ends(wanted);
    var below = page.after().filter(after -> after.compareTo(ends.below) < 0).orElse(ends.below);
    // A position is the caller's word, and each day is read: none beyond the list's own end.
    var from = page.after().map(DayList::timeOf).map(at -> earlier(at, ends.until));
    return read(
        wanted,
        new Stretch(ends.from, below, true),
        ItemKeys.day(from.orElse(ends.until)),
        ItemKeys.day(ends.since),
        page.limit());
  }

  /// A page, oldest first; throws as [#newestFirst].
  Page<Item> oldestFirst(Wanted wanted, PageRequest page) {
    var ends = ends(wanted);
    var from = page.after().filter(after -> after.compareTo(ends.from) > 0).orElse(ends.from);
    var begin = page.after().map(DayList::timeOf).map(at -> later(at, ends.since));
    return read(
        wanted,
        new Stretch(from, ends.below, false),
        ItemKeys.day(begin.orElse(ends.since)),
        ItemKeys.day(ends.until),
        page.limit());
  }

  /// @param from no position of an item is at or before this text
  /// @param below no position is at or after this one
  private record Ends(Instant since, Instant until, String from, String below) {}

  private Ends ends(Wanted wanted) {
    var now = clock.instant();
    // Each day is read, so none from before the project was made; a host's clock may be late.
    var born = wanted.tenant().project().madeAt().minus(AHEAD);
    var since = later(later(wanted.since(), now.minus(kept)), born);
    var until = earlier(wanted.until(), now.plus(AHEAD));
    return new Ends(since, until, ItemKeys.listSort(since, ""), ItemKeys.listSort(until, ""));
  }

  /// What is left to be read of a list; neither end belongs to it.
  private record Stretch(String from, String below, boolean newestFirst) {
    boolean isEmpty() {
      return from.compareTo(below) >= 0;
    }

    /// What is left after this position was read.
    Stretch after(String position) {
      return newestFirst ? new Stretch(from, position, true) : new Stretch(position, below, false);
    }

    boolean holds(String position) {
      return position.compareTo(from) > 0 && position.compareTo(below) < 0;
    }
  }

  private Page<Item> read(
      Wanted wanted, Stretch stretch, LocalDate first, LocalDate last, int limit) {
    var found = new ArrayList<Item>();
    var order = stretch.newestFirst ? OLDEST_FIRST.reversed() : OLDEST_FIRST;
    int step = stretch.newestFirst ? -1 : 1;
    int room = ROOM;
    for (var day = first;
        found.size() <= limit && day.compareTo(last) * step <= 0;
        day = day.plusDays(step)) {
      var shards = ofDay(wanted, day, stretch, limit + 1, room);
      shards.stream().flatMap(shard -> shard.items.stream()).sorted(order).forEach(found::add);
      var stopped = shards.stream().flatMap(shard -> shard.stoppedAt.stream());
      // Behind the first that stopped, nobody knows what there is.
      var until = stopped.max(stretch.newestFirst ? naturalOrder() : reverseOrder());
      room -= shards.stream().mapToInt(Shard::used).max().orElse(0);
      if (until.isPresent() || (room <= 0 && !day.equals(last))) {
        return upTo(until.orElse(endOf(day, stretch)), found, stretch, limit);
      }
    }
    return page(found, limit);
  }

  private static Page<Item> upTo(String position, List<Item> found, Stretch stretch, int limit) {
    var known =
        found.stream()
            .filter(item -> !stretch.after(position).holds(item.text(ItemKeys.LIST_SORT)))
            .toList();
    return known.size() > limit ? page(known, limit) : new Page<>(known, Optional.of(position));
  }

  private static Page<Item> page(List<Item> found, int limit) {
    return Page.of(
        found.stream().limit(limit + 1L).toList(), limit, item -> item.text(ItemKeys.LIST_SORT));
  }

  // Between this day's items and those of the next that is read.
  private static String endOf(LocalDate day, Stretch stretch) {
    var next = stretch.newestFirst ? day : day.plusDays(1);
    return ItemKeys.listSort(next.atStartOfDay(ZoneOffset.UTC).toInstant(), "");
  }

  private List<Shard> ofDay(Wanted wanted, LocalDate day, Stretch stretch, int limit, int room) {
    var shards = IntStream.range(0, ItemKeys.LIST_SHARDS).boxed().toList();
    return Batch.each(
            shards,
            shard ->
                ofShard(
                    ItemKeys.list(wanted.tenant(), wanted.kind(), day, shard),
                    wanted.filter(),
                    stretch,
                    limit,
                    room))
        .stream()
        .map(result ->
            result.orElse(why -> {
              throw why;
            }))
        .toList();
  }

  /// What was found in a shard.
  ///
  /// @param used of the room
  /// @param stoppedAt the position of the last entry that was looked at, where the room was used up
  private record Shard(List<Item> items, int used, Optional<String> stoppedAt) {}

  private Shard ofShard(String listKey, Filter filter, Stretch stretch, int limit, int room) {
    var found = new ArrayList<Item>();
    var left = stretch;
    int used = 0;
    // Where few of the items may fit, many are fetched at once.
    int some = filter.ofTheItem.isEmpty() ? limit : Math.max(limit, PageRequest.MOST);
    // DynamoDB refuses a `BETWEEN` whose ends are the wrong way round.
    while (found.size() < limit && !left.isEmpty()) {
      var entries = entries(listKey, filter, left, some, room - used);
      items(entries.items()).filter(filter::holds).forEach(found::add);
      used += entries.read() + entries.items().size() * ITEM;
      if (entries.stoppedAt().isPresent()) {
        return new Shard(found, used, entries.stoppedAt().map(DayList::position));
      }
      if (entries.items().size() < some) {
        return new Shard(found, used, Optional.empty());
      }
      var last = position(entries.items().getLast());
      left = left.after(last);
      if (used >= room) {
        return new Shard(found, used, Optional.of(last));
      }
    }
    return new Shard(found, used, Optional.empty());
  }

  private DynamoTable.Found<Item> entries(
      String listKey, Filter filter, Stretch stretch, int limit, int most) {
    var values = new HashMap<>(filter.values);
    values.put("listKey", listKey);
    values.put("from", stretch.from);
    values.put("below", stretch.below);
    var found =
        table.query(
            new DynamoTable.Query(
                ItemKeys.LIST_INDEX,
                "#listKey = :listKey AND #listSort BETWEEN :from AND :below",
                String.join(" AND ", filter.conditions),
                values,
                stretch.newestFirst,
                limit + 1),
            most);
    return new DynamoTable.Found<>(
        // `BETWEEN` includes its ends, and one of them is the last of the page before.
        found.items().stream()
            .filter(entry -> stretch.holds(position(entry)))
            .limit(limit)
            .toList(),
        found.read(),
        found.stoppedAt());
  }

  // In the entries' order. The index follows the table a moment later, so an item may be gone, or
  // its key be another's: then it is not in the list any more.
  private Stream<Item> items(List<Item> entries) {
    var items = new HashMap<String, Item>();
    for (var item : table.getAll(entries.stream().map(Item::pk).toList())) {
      items.put(item.pk(), item);
    }
    return entries.stream()
        .flatMap(entry ->
            Optional.ofNullable(items.get(entry.pk()))
                .filter(item -> isListedAs(item, entry))
                .stream());
  }

  private static boolean isListedAs(Item item, Item entry) {
    return item.optionalText(ItemKeys.LIST_SORT).equals(entry.optionalText(ItemKeys.LIST_SORT));
  }

  private static String position(Item item) {
    return item.text(ItemKeys.LIST_SORT);
  }

  private static Instant timeOf(String position) {
    try {
      return Instant.parse(position.substring(0, Math.max(position.indexOf('#'), 0)));
    } catch (DateTimeParseException e) {
      throw new PageRequest.NoPosition(e);
    }
  }

  private static Instant earlier(Instant one, Instant two) {
    return one.isBefore(two) ? one : two;
  }

  private static Instant later(Instant one, Instant two) {
    return one.isAfter(two) ? one : two;
  }
}
