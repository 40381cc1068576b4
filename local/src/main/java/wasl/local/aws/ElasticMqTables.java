package wasl.local.aws;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// Creates ElasticMQ's tables before it does, with a rule that its own lack.
///
/// A kill between the insert into a dead-letter queue and the delete from the source leaves a
/// message in both. Moved again, it violates ElasticMQ's unique index; its persistence then starts
/// over, empty, and acknowledges sends that it no longer stores. With `on conflict replace` the
/// second insert just stands in the first one's place.
final class ElasticMqTables {
  private final String uri;

  ElasticMqTables(Path folder) {
    // WAL and NORMAL: a commit survives the death of the process; only a power failure may take the
    // last ones.
    this.uri =
        "jdbc:sqlite:"
            + folder.resolve("elasticmq.db")
            + "?journal_mode=WAL&synchronous=NORMAL&busy_timeout=5000";
  }

  String uri() {
    return uri;
  }

  /// Makes the tables of the declared queues, and forgets what the database knows of their
  /// attributes: what is stored would win over what is declared.
  void prepare(List<DeclaredQueue> declared) {
    try (Connection connection = DriverManager.getConnection(uri);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "create table if not exists queue (name varchar(255) not null unique on conflict replace,"
              + " data blob)");
      try (PreparedStatement forget =
          connection.prepareStatement("delete from queue where name = ?")) {
        for (DeclaredQueue queue : declared) {
          forget.setString(1, queue.name());
          forget.executeUpdate();
          statement.execute(createTable(queue.name()));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("could not prepare the queues' database " + uri, e);
    }
  }

  /// Makes the table of a queue that is about to be created.
  void prepare(String queue) {
    try (Connection connection = DriverManager.getConnection(uri);
        Statement statement = connection.createStatement()) {
      statement.execute(createTable(queue));
    } catch (SQLException e) {
      throw new IllegalStateException("could not prepare a table for queue " + queue, e);
    }
  }

  /// Name and columns are those of ElasticMQ 1.7.1's MessageRepository.
  private static String createTable(String queue) {
    String name =
        "message_"
            + queue.replace('.', '_').replace('-', '_')
            + "_"
            + Integer.toHexString(queue.hashCode());
    return """
    create table if not exists %s (
      message_id varchar unique on conflict replace,
      delivery_receipts blob,
      next_delivery bigint,
      content blob,
      attributes blob,
      created bigint,
      received bigint,
      receive_count int,
      group_id varchar,
      deduplication_id varchar,
      tracing_id varchar,
      sequence_number varchar,
      dead_letter_source_queue_name varchar
    )\
    """
        .formatted(name);
  }
}
