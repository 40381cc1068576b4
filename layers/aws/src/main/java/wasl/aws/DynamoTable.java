package wasl.aws;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import wasl.page.Page;
import wasl.page.PageRequest;

/// One DynamoDB table, spoken to in [Item]s and expressions.
///
/// In an expression `#name` stands for the attribute `name` and `:name` for the value given under
/// `name`: that is all there is to say, so no caller keeps name maps.
///
/// The SDK tries again what got no answer, and the first try may have been carried out. A put then
/// finds the very item that it puts, and has succeeded; a transaction carries a token by which
/// DynamoDB knows it again. An update or a deletion with a condition is for its caller to know
/// again: by an owner in the refused item, or because twice comes to the same.
public final class DynamoTable {
  private static final int MOST_ROUNDS = 12;
  // What BatchGetItem takes.
  private static final int MOST_AT_ONCE = 100;
  // Of a filtered list at a time: some pages of 1 MB, so about a second.
  private static final int MOST_READ = 5_000;
  private static final String PRESENT = "attribute_exists(#pk) AND attribute_not_exists(#gone)";
  private static final Pattern NAME = Pattern.compile("#(\\w+)");

  private final DynamoDbClient client;
  private final String table;

  public DynamoTable(DynamoDbClient client, String table) {
    this.client = client;
    this.table = table;
  }

  /// What a conditional write came to.
  public sealed interface Written {
    /// Written; the item as it is now (for a put: as it was put).
    record Done(Item now) implements Written {}

    /// The condition did not hold; the item that stood there, if any.
    record Refused(Optional<Item> standing) implements Written {}
  }

  /// One write of a transaction or alone.
  public sealed interface Write {
    /// @param condition empty for none
    record Put(Item item, String condition, Map<String, Object> values) implements Write {
      public Put(Item item) {
        this(item, "", Map.of());
      }

      /// Only if no item has this key, but for what a deletion left.
      public static Put ifAbsent(Item item) {
        return new Put(item, "attribute_not_exists(#pk) OR attribute_exists(#gone)", Map.of());
      }

      /// Only if nothing has this key, nor left it: of records whose ids are drawn, so that a
      /// creation that is repeated does not bring back what somebody deleted meanwhile.
      static Put ofDrawnId(Item item) {
        return new Put(item, "attribute_not_exists(#pk)", Map.of());
      }

      /// Only if an item has this key, and is not what a deletion left.
      static Put ifPresent(Item item) {
        return new Put(item, PRESENT, Map.of());
      }
    }

    /// @param update the update expression: `SET … REMOVE … ADD …`
    record Update(String pk, String update, String condition, Map<String, Object> values)
        implements Write {}

    /// @param condition empty for none
    record Delete(String pk, String condition, Map<String, Object> values) implements Write {
      public Delete(String pk) {
        this(pk, "", Map.of());
      }
    }

    /// Writes nothing; the transaction happens only if this holds.
    record Check(String pk, String condition, Map<String, Object> values) implements Write {
      /// Passes only if an item has this key, and is not what a deletion left.
      static Check present(String pk) {
        return new Check(pk, PRESENT, Map.of());
      }
    }
  }

  /// Reads an item, strongly consistent. What a deletion left is not there.
  public Optional<Item> get(String pk) {
    var answer = client.getItem(r -> r.tableName(table).key(key(pk)).consistentRead(true));
    return answer.hasItem() && !answer.item().isEmpty()
        ? Optional.of(item(answer.item())).filter(found -> !found.has(ItemKeys.GONE))
        : Optional.empty();
  }

  /// Reads many items, strongly consistent; those that are absent are left out. In no order.
  public List<Item> getAll(List<String> pks) {
    var items = new ArrayList<Item>();
    var distinct = pks.stream().distinct().toList();
    for (int from = 0; from < distinct.size(); from += MOST_AT_ONCE) {
      var wanted = distinct.subList(from, Math.min(distinct.size(), from + MOST_AT_ONCE));
      getAll(
          KeysAndAttributes.builder()
              .keys(wanted.stream().map(DynamoTable::key).toList())
              .consistentRead(true)
              .build(),
          items);
    }
    return items;
  }

  private void getAll(KeysAndAttributes wanted, List<Item> into) {
    var left = Map.of(table, wanted);
    for (int round = 1; !left.isEmpty(); round++) {
      var asked = left;
      var answer = client.batchGetItem(r -> r.requestItems(asked));
      answer.responses().getOrDefault(table, List.of()).stream()
          .map(DynamoTable::item)
          .filter(found -> !found.has(ItemKeys.GONE))
          .forEach(into::add);
      // DynamoDB answers as much as it can at once, and names the rest.
      left = answer.hasUnprocessedKeys() ? answer.unprocessedKeys() : Map.of();
      if (!left.isEmpty() && round == MOST_ROUNDS) {
        throw new IllegalStateException("DynamoDB leaves items unread after " + round + " rounds");
      }
      if (!left.isEmpty()) {
        pause(round);
      }
    }
  }

  public Written put(Write.Put put) {
    var attributes = attributes(put.item().values());
    try {
      client.putItem(r ->
          r.tableName(table)
              .item(attributes)
              .conditionExpression(orNull(put.condition()))
              .expressionAttributeNames(names(put.condition()))
              .expressionAttributeValues(values(put.values()))
              .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD));
      return new Written.Done(put.item());
    } catch (ConditionalCheckFailedException refused) {
      // Our own first try, or one that wrote the same: either way it stands as it was to be.
      return refused.hasItem() && refused.item().equals(attributes)
          ? new Written.Done(put.item())
          : refused(refused);
    }
  }

  public Written update(Write.Update update) {
    try {
      var answer =
          client.updateItem(r ->
              r.tableName(table)
                  .key(key(update.pk()))
                  .updateExpression(update.update())
                  .conditionExpression(orNull(update.condition()))
                  .expressionAttributeNames(names(update.update() + " " + update.condition()))
                  .expressionAttributeValues(values(update.values()))
                  .returnValues(ReturnValue.ALL_NEW)
                  .returnValuesOnConditionCheckFailure(
                      ReturnValuesOnConditionCheckFailure.ALL_OLD));
      return new Written.Done(item(answer.attributes()));
    } catch (ConditionalCheckFailedException refused) {
      return refused(refused);
    }
  }

  /// Deletes; answers what stood there.
  public Written delete(Write.Delete delete) {
    try {
      var answer =
          client.deleteItem(r ->
              r.tableName(table)
                  .key(key(delete.pk()))
                  .conditionExpression(orNull(delete.condition()))
                  .expressionAttributeNames(names(delete.condition()))
                  .expressionAttributeValues(values(delete.values()))
                  .returnValues(ReturnValue.ALL_OLD)
                  .returnValuesOnConditionCheckFailure(
                      ReturnValuesOnConditionCheckFailure.ALL_OLD));
      return new Written.Done(item(answer.attributes()));
    } catch (ConditionalCheckFailedException refused) {
      return refused(refused);
    }
  }

  /// All writes or none. Answers, in order, whether each write's condition held; all true means
  /// written.
  ///
  /// A conflict with another transaction is thrown (`TransactionCanceledException`), so that it is
  /// retried and not taken for a condition.
  public List<Boolean> transact(List<Write> writes) {
    try {
      client.transactWriteItems(r -> r.transactItems(writes.stream().map(this::member).toList()));
      return writes.stream().map(write -> true).toList();
    } catch (TransactionCanceledException canceled) {
      var reasons = canceled.cancellationReasons();
      if (reasons.stream().noneMatch(reason -> "ConditionalCheckFailed".equals(reason.code()))) {
        throw canceled;
      }
      return reasons.stream()
          .map(reason -> !"ConditionalCheckFailed".equals(reason.code()))
          .toList();
    }
  }

  /// As [#transact], trying again while another transaction holds one of the items.
  List<Boolean> settle(List<Write> writes) {
    for (int round = 1; ; round++) {
      try {
        return transact(writes);
      } catch (TransactionCanceledException conflict) {
        if (round == MOST_ROUNDS || !isConflict(conflict)) {
          throw conflict;
        }
        pause(round);
      }
    }
  }

  private static boolean isConflict(TransactionCanceledException canceled) {
    return canceled.cancellationReasons().stream()
        .anyMatch(reason -> "TransactionConflict".equals(reason.code()));
  }

  // Longer each time and never the same, so that those who met do not meet again.
  private static void pause(int round) {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(5, 10L + 15L * round));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while waiting to try again", stopped);
    }
  }

  /// A page of an index.
  ///
  /// @param key the expression over the index's keys
  /// @param filter empty for none; what it holds back still counts towards `limit`
  public record Query(
      String index,
      String key,
      String filter,
      Map<String, Object> values,
      boolean newestFirst,
      int limit) {}

  /// What a bounded look into an index found.
  ///
  /// @param read how many of its entries were looked at, those that the filter held back included
  /// @param stoppedAt the keys of the last of them, where it ended because they were too many
  record Found<T>(List<T> items, int read, Optional<Item> stoppedAt) {}

  /// Items of an index, eventually consistent, in the index's order; at most `limit`, reading on
  /// over pages.
  public List<Item> query(Query query) {
    return query(query, DynamoTable::each);
  }

  /// As [#query(Query)]; what the reader leaves out does not count.
  ///
  /// @param reader of an item by its key; getting the item throws where it is of a form that no
  ///   writer gives it
  public <T> List<T> query(Query query, BiFunction<String, Supplier<Item>, Optional<T>> reader) {
    return query(query, Integer.MAX_VALUE, reader).items();
  }

  /// As [#query(Query)], looking at so many entries of the index at most.
  Found<Item> query(Query query, int most) {
    return query(query, most, DynamoTable::each);
  }

  private static Optional<Item> each(String pk, Supplier<Item> item) {
    return Optional.of(item.get());
  }

  private <T> Found<T> query(
      Query query, int most, BiFunction<String, Supplier<Item>, Optional<T>> reader) {
    var items = new ArrayList<T>();
    Map<String, AttributeValue> from = Map.of();
    int read = 0;
    do {
      var start = from;
      int left = most - read;
      var answer =
          client.query(r ->
              r.tableName(table)
                  .indexName(query.index())
                  .keyConditionExpression(query.key())
                  .filterExpression(orNull(query.filter()))
                  .expressionAttributeNames(names(query.key() + " " + query.filter()))
                  .expressionAttributeValues(values(query.values()))
                  .scanIndexForward(!query.newestFirst())
                  .limit(
                      query.filter().isEmpty()
                          ? Math.min(left, query.limit() - items.size())
                          : left)
                  .exclusiveStartKey(start.isEmpty() ? null : start));
      for (var found : answer.items()) {
        if (items.size() < query.limit()) {
          var pk = found.getOrDefault(ItemKeys.PK, AttributeValue.fromS("")).s();
          reader.apply(pk, () -> item(found)).ifPresent(items::add);
        }
      }
      read += answer.scannedCount();
      from = answer.hasLastEvaluatedKey() ? answer.lastEvaluatedKey() : Map.of();
    } while (!from.isEmpty() && items.size() < query.limit() && read < most);
    return new Found<>(
        items,
        read,
        from.isEmpty() || items.size() == query.limit()
            ? Optional.empty()
            : Optional.of(item(from)));
  }

  /// A page of a list, newest first.
  ///
  /// @param listKey the list's key of [ItemKeys]
  public Page<Item> page(String listKey, PageRequest page) {
    return page(listKey, page, "", Map.of());
  }

  /// A page of those that a filter lets through. Of a long list in which they are rare it may have
  /// few or none, and a position to go on from: a request must end in time.
  public Page<Item> page(
      String listKey, PageRequest page, String filter, Map<String, Object> filterValues) {
    var values = new HashMap<>(filterValues);
    values.put("listKey", listKey);
    page.after().ifPresent(after -> values.put("after", after));
    var found =
        query(
            new Query(
                ItemKeys.LIST_INDEX,
                page.after().isPresent()
                    ? "#listKey = :listKey AND #listSort < :after"
                    : "#listKey = :listKey",
                filter,
                values,
                true,
                page.limit() + 1),
            MOST_READ);
    return found
        .stoppedAt()
        .map(at -> new Page<>(found.items(), Optional.of(at.text(ItemKeys.LIST_SORT))))
        .orElseGet(
            () -> Page.of(found.items(), page.limit(), item -> item.text(ItemKeys.LIST_SORT)));
  }

  private static Written refused(ConditionalCheckFailedException refused) {
    return new Written.Refused(
        refused.hasItem() && !refused.item().isEmpty()
            ? Optional.of(item(refused.item()))
            : Optional.empty());
  }

  private TransactWriteItem member(Write write) {
    return switch (write) {
      case Write.Put put ->
          TransactWriteItem.builder()
              .put(p ->
                  p.tableName(table)
                      .item(attributes(put.item().values()))
                      .conditionExpression(orNull(put.condition()))
                      .expressionAttributeNames(names(put.condition()))
                      .expressionAttributeValues(values(put.values())))
              .build();
      case Write.Update update ->
          TransactWriteItem.builder()
              .update(u ->
                  u.tableName(table)
                      .key(key(update.pk()))
                      .updateExpression(update.update())
                      .conditionExpression(orNull(update.condition()))
                      .expressionAttributeNames(names(update.update() + " " + update.condition()))
                      .expressionAttributeValues(values(update.values())))
              .build();
      case Write.Delete delete ->
          TransactWriteItem.builder()
              .delete(d ->
                  d.tableName(table)
                      .key(key(delete.pk()))
                      .conditionExpression(orNull(delete.condition()))
                      .expressionAttributeNames(names(delete.condition()))
                      .expressionAttributeValues(values(delete.values())))
              .build();
      case Write.Check check ->
          TransactWriteItem.builder()
              .conditionCheck(c ->
                  c.tableName(table)
                      .key(key(check.pk()))
                      .conditionExpression(check.condition())
                      .expressionAttributeNames(names(check.condition()))
                      .expressionAttributeValues(values(check.values())))
              .build();
    };
  }

  private static Map<String, AttributeValue> key(String pk) {
    return Map.of(ItemKeys.PK, AttributeValue.fromS(pk));
  }

  private static @Nullable String orNull(String expression) {
    return expression.isEmpty() ? null : expression;
  }

  private static @Nullable Map<String, String> names(String expressions) {
    var names = new HashMap<String, String>();
    var matcher = NAME.matcher(expressions);
    while (matcher.find()) {
      names.put(matcher.group(), matcher.group(1));
    }
    return names.isEmpty() ? null : names;
  }

  private static @Nullable Map<String, AttributeValue> values(Map<String, Object> values) {
    if (values.isEmpty()) {
      return null;
    }
    var out = new HashMap<String, AttributeValue>();
    values.forEach((name, value) -> out.put(":" + name, attribute(value)));
    return out;
  }

  private static Map<String, AttributeValue> attributes(Map<String, Object> values) {
    var out = new LinkedHashMap<String, AttributeValue>();
    values.forEach((name, value) -> out.put(name, attribute(value)));
    return out;
  }

  private static AttributeValue attribute(Object value) {
    return switch (value) {
      case String text -> AttributeValue.fromS(text);
      case BigDecimal number -> AttributeValue.fromN(number.toPlainString());
      case Long number -> AttributeValue.fromN(number.toString());
      case Integer number -> AttributeValue.fromN(number.toString());
      case Boolean flag -> AttributeValue.fromBool(flag);
      case byte[] bytes -> AttributeValue.fromB(SdkBytes.fromByteArray(bytes));
      case List<?> list -> AttributeValue.fromL(list.stream().map(DynamoTable::attribute).toList());
      case Map<?, ?> map -> {
        var out = new LinkedHashMap<String, AttributeValue>();
        map.forEach((name, member) -> out.put((String) name, attribute(member)));
        yield AttributeValue.fromM(out);
      }
      default -> throw new IllegalArgumentException("no attribute can be a " + value.getClass());
    };
  }

  static Item item(Map<String, AttributeValue> attributes) {
    var out = new LinkedHashMap<String, Object>();
    attributes.forEach((name, attribute) -> out.put(name, value(attribute)));
    return new Item(out);
  }

  private static Object value(AttributeValue attribute) {
    return switch (attribute.type()) {
      case S -> attribute.s();
      case N -> new BigDecimal(attribute.n());
      case BOOL -> attribute.bool();
      case B -> attribute.b().asByteArray();
      case L -> attribute.l().stream().map(DynamoTable::value).toList();
      case M -> {
        var out = new LinkedHashMap<String, Object>();
        attribute.m().forEach((name, member) -> out.put(name, value(member)));
        yield out;
      }
      case SS, NS, BS, NUL, UNKNOWN_TO_SDK_VERSION ->
          throw new IllegalStateException("an attribute of type " + attribute.type());
    };
  }
}
