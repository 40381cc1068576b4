package wasl.local.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Keeps KMS keys and their aliases in one file that only its owner may read.
///
/// Every change is on disk before it is visible.
final class KeyRing {
  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Content(Map<String, KmsKey> keys, Map<String, String> aliases) {}

  private final Path file;
  private final EmbeddedAwsConfig config;
  private final SecureRandom random = new SecureRandom();
  private final ReentrantLock writing = new ReentrantLock();
  private volatile Content content;

  private KeyRing(Path file, EmbeddedAwsConfig config, Content content) {
    this.file = file;
    this.config = config;
    this.content = content;
  }

  static KeyRing open(Path file, EmbeddedAwsConfig config) throws IOException {
    Content content = new Content(new TreeMap<>(), new TreeMap<>());
    if (Files.exists(file)) {
      JsonNode root = JSON.readTree(file.toFile());
      if (root.path("version").asInt() != VERSION) {
        throw new IOException(file + ": unknown version " + root.path("version"));
      }
      for (JsonNode key : root.path("keys")) {
        KmsKey read = KmsKey.fromJson(key);
        content.keys().put(read.id(), read);
      }
      root.path("aliases")
          .properties()
          .forEach(alias -> content.aliases().put(alias.getKey(), alias.getValue().asText()));
    }
    return new KeyRing(file, config, content);
  }

  KmsKey create(String description) throws IOException {
    KmsKey key =
        new KmsKey(
            UUID.randomUUID().toString(),
            config.clock().instant(),
            description,
            KmsKey.State.ENABLED,
            Optional.empty(),
            false,
            List.of(newMaterial()));
    return put(key);
  }

  byte[] newMaterial() {
    return randomBytes(32);
  }

  byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /// A key by id, ARN, alias or alias ARN, of whatever region or account.
  KmsKey find(String reference) {
    Content now = content;
    String name = nameOf(reference);
    if (name.startsWith("alias/")) {
      @Nullable String id = now.aliases().get(name);
      if (id == null) {
        throw AwsFault.of(
            "NotFoundException", "Alias " + config.arn("kms", name) + " is not found.");
      }
      return findById(id);
    }
    return findById(name.startsWith("key/") ? name.substring("key/".length()) : name);
  }

  KmsKey findById(String id) {
    @Nullable KmsKey key = content.keys().get(id);
    if (key == null || isGone(key)) {
      throw AwsFault.of("NotFoundException", "Key '" + arn(id) + "' does not exist");
    }
    return key;
  }

  Collection<KmsKey> keys() {
    return content.keys().values().stream().filter(key -> !isGone(key)).toList();
  }

  /// Alias name to key id.
  Map<String, String> aliases() {
    return Map.copyOf(content.aliases());
  }

  String arn(String id) {
    return config.arn("kms", "key/" + id);
  }

  Instant now() {
    return config.clock().instant();
  }

  /// Replaces a key by what `change` makes of it; nobody changes it meanwhile.
  KmsKey change(String reference, UnaryOperator<KmsKey> change) throws IOException {
    writing.lock();
    try {
      return put(change.apply(find(reference)));
    } finally {
      writing.unlock();
    }
  }

  /// @param replaces whether the alias must be there, or must not
  void putAlias(String alias, String reference, boolean replaces) throws IOException {
    writing.lock();
    try {
      boolean there = content.aliases().containsKey(alias);
      if (there && !replaces) {
        throw AwsFault.of(
            "AlreadyExistsException",
            "An alias with the name " + config.arn("kms", alias) + " already exists");
      }
      if (!there && replaces) {
        throw AwsFault.of(
            "NotFoundException", "Alias " + config.arn("kms", alias) + " is not found.");
      }
      Map<String, String> aliases = new TreeMap<>(content.aliases());
      aliases.put(alias, find(reference).id());
      save(new Content(content.keys(), aliases));
    } finally {
      writing.unlock();
    }
  }

  void deleteAlias(String alias) throws IOException {
    writing.lock();
    try {
      Map<String, String> aliases = new TreeMap<>(content.aliases());
      if (aliases.remove(alias) == null) {
        throw AwsFault.of(
            "NotFoundException", "Alias " + config.arn("kms", alias) + " is not found.");
      }
      save(new Content(content.keys(), aliases));
    } finally {
      writing.unlock();
    }
  }

  private KmsKey put(KmsKey key) throws IOException {
    writing.lock();
    try {
      Map<String, KmsKey> keys = new TreeMap<>(content.keys());
      keys.put(key.id(), key);
      save(new Content(keys, content.aliases()));
      return key;
    } finally {
      writing.unlock();
    }
  }

  private void save(Content next) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", VERSION);
    ArrayNode keys = root.putArray("keys");
    next.keys().values().forEach(key -> keys.add(key.toJson(JSON)));
    ObjectNode aliases = root.putObject("aliases");
    next.aliases().forEach(aliases::put);
    DurableFile.write(file, JSON.writeValueAsBytes(root));
    content = next;
  }

  private boolean isGone(KmsKey key) {
    return key.deletion().filter(when -> !when.isAfter(now())).isPresent();
  }

  private static String nameOf(String reference) {
    if (!reference.startsWith("arn:")) {
      return reference;
    }
    String[] parts = reference.split(":", 6);
    return parts.length == 6 ? parts[5] : reference;
  }
}
