package wasl.local.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/// What is known of an object besides its bytes.
///
/// It stands behind them in the same file, `bytes | JSON | length of the JSON (4) | magic (4)`, so
/// that one rename replaces both.
///
/// @param etag without its quotes
/// @param headers that a reader gets back: content type, user metadata, encryption
/// @param checksums by header name, for those who ask
record S3Object(
    String key,
    long size,
    String etag,
    Instant lastModified,
    Map<String, String> headers,
    Map<String, String> checksums) {
  private static final int MAGIC = 0x57534c31;
  private static final int FOOTER_BYTES = 8;
  private static final ObjectMapper JSON = new ObjectMapper();

  S3Object {
    headers = new TreeMap<>(headers);
    checksums = Map.copyOf(checksums);
  }

  /// What has to follow the object's bytes.
  byte[] trailer() throws IOException {
    ObjectNode node = JSON.createObjectNode();
    node.put("key", key);
    node.put("size", size);
    node.put("etag", etag);
    node.put("lastModified", lastModified.toString());
    ObjectNode headerNode = node.putObject("headers");
    headers.forEach(headerNode::put);
    ObjectNode checksumNode = node.putObject("checksums");
    checksums.forEach(checksumNode::put);
    byte[] json = JSON.writeValueAsBytes(node);
    return ByteBuffer.allocate(json.length + FOOTER_BYTES)
        .put(json)
        .putInt(json.length)
        .putInt(MAGIC)
        .array();
  }

  /// Reads it from a file's end.
  static S3Object read(FileChannel file) throws IOException {
    ByteBuffer footer = readAt(file, file.size() - FOOTER_BYTES, FOOTER_BYTES);
    int length = footer.getInt();
    if (footer.getInt() != MAGIC) {
      throw new IOException("no object");
    }
    JsonNode node =
        JSON.readTree(readAt(file, file.size() - FOOTER_BYTES - length, length).array());
    return new S3Object(
        node.path("key").asText(),
        node.path("size").asLong(),
        node.path("etag").asText(),
        Instant.parse(node.path("lastModified").asText()),
        strings(node.path("headers")),
        strings(node.path("checksums")));
  }

  private static Map<String, String> strings(JsonNode node) {
    Map<String, String> strings = new TreeMap<>();
    node.properties().forEach(entry -> strings.put(entry.getKey(), entry.getValue().asText()));
    return strings;
  }

  private static ByteBuffer readAt(FileChannel file, long position, int length) throws IOException {
    if (position < 0 || length < 0) {
      throw new IOException("no object");
    }
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (file.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("no object");
      }
    }
    return buffer.flip();
  }
}
