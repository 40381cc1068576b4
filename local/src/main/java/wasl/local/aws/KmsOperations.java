package wasl.local.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// The part of KMS that seals and opens data keys, with real cryptography and real key states.
final class KmsOperations {
  private static final int MAX_PLAINTEXT = 4096;
  private static final int MAX_RANDOM = 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KeyRing ring;

  private KmsOperations(KeyRing ring) {
    this.ring = ring;
  }

  static Service service(KeyRing ring) {
    KmsOperations kms = new KmsOperations(ring);
    return new JsonService(
        Map.ofEntries(
            Map.entry("CreateKey", kms::createKey),
            Map.entry("DescribeKey", kms::describeKey),
            Map.entry("ListKeys", kms::listKeys),
            Map.entry("CreateAlias", input -> kms.putAlias(input, false)),
            Map.entry("UpdateAlias", input -> kms.putAlias(input, true)),
            Map.entry("DeleteAlias", kms::deleteAlias),
            Map.entry("ListAliases", kms::listAliases),
            Map.entry("GenerateDataKey", input -> kms.generateDataKey(input, true)),
            Map.entry(
                "GenerateDataKeyWithoutPlaintext", input -> kms.generateDataKey(input, false)),
            Map.entry("GenerateRandom", kms::generateRandom),
            Map.entry("Encrypt", kms::encrypt),
            Map.entry("Decrypt", kms::decrypt),
            Map.entry("ReEncrypt", kms::reEncrypt),
            Map.entry("EnableKey", input -> kms.setState(input, KmsKey.State.ENABLED)),
            Map.entry("DisableKey", input -> kms.setState(input, KmsKey.State.DISABLED)),
            Map.entry("ScheduleKeyDeletion", kms::scheduleKeyDeletion),
            Map.entry("CancelKeyDeletion", kms::cancelKeyDeletion),
            Map.entry("EnableKeyRotation", input -> kms.setRotation(input, true)),
            Map.entry("DisableKeyRotation", input -> kms.setRotation(input, false)),
            Map.entry("GetKeyRotationStatus", kms::keyRotationStatus),
            Map.entry("RotateKeyOnDemand", kms::rotateKeyOnDemand)));
  }

  private ObjectNode createKey(JsonNode input) throws IOException {
    String spec = input.path("KeySpec").asText("SYMMETRIC_DEFAULT");
    String usage = input.path("KeyUsage").asText("ENCRYPT_DECRYPT");
    if (!spec.equals("SYMMETRIC_DEFAULT") || !usage.equals("ENCRYPT_DECRYPT")) {
      throw AwsFault.of(
          "UnsupportedOperationException",
          "the embedded KMS has only symmetric keys, not " + spec + " for " + usage);
    }
    return metadata(ring.create(input.path("Description").asText()));
  }

  private ObjectNode describeKey(JsonNode input) {
    return metadata(ring.find(keyId(input)));
  }

  private ObjectNode listKeys(JsonNode input) {
    ObjectNode output = JSON.createObjectNode();
    ArrayNode keys = output.putArray("Keys");
    ring.keys()
        .forEach(key -> keys.addObject().put("KeyId", key.id()).put("KeyArn", ring.arn(key.id())));
    return output.put("Truncated", false);
  }

  private ObjectNode putAlias(JsonNode input, boolean replaces) throws IOException {
    String alias = required(input, "AliasName");
    if (!alias.matches("alias/[a-zA-Z0-9/_-]{1,250}") || alias.startsWith("alias/aws/")) {
      throw AwsFault.of("InvalidAliasNameException", "Alias name is not valid: " + alias);
    }
    ring.putAlias(alias, required(input, "TargetKeyId"), replaces);
    return JSON.createObjectNode();
  }

  private ObjectNode deleteAlias(JsonNode input) throws IOException {
    ring.deleteAlias(required(input, "AliasName"));
    return JSON.createObjectNode();
  }

  private ObjectNode listAliases(JsonNode input) {
    String only = input.hasNonNull("KeyId") ? ring.find(keyId(input)).id() : "";
    ObjectNode output = JSON.createObjectNode();
    ArrayNode aliases = output.putArray("Aliases");
    new TreeMap<>(ring.aliases())
        .forEach((alias, id) -> {
          if (only.isEmpty() || only.equals(id)) {
            aliases
                .addObject()
                .put("AliasName", alias)
                .put("AliasArn", ring.arn(id).replace("key/" + id, alias))
                .put("TargetKeyId", id);
          }
        });
    return output.put("Truncated", false);
  }

  private ObjectNode generateDataKey(JsonNode input, boolean withPlaintext) {
    KmsKey key = usable(keyId(input));
    byte[] dataKey = ring.randomBytes(dataKeyBytes(input));
    ObjectNode output = JSON.createObjectNode();
    output.put("KeyId", ring.arn(key.id()));
    output.put("CiphertextBlob", seal(key, dataKey, context(input, "EncryptionContext")));
    if (withPlaintext) {
      output.put("Plaintext", dataKey);
    }
    return output;
  }

  private ObjectNode generateRandom(JsonNode input) {
    return JSON.createObjectNode().put("Plaintext", ring.randomBytes(numberOfBytes(input)));
  }

  private ObjectNode encrypt(JsonNode input) {
    byte[] plaintext = bytes(input, "Plaintext");
    if (plaintext.length == 0 || plaintext.length > MAX_PLAINTEXT) {
      throw AwsFault.of(
          "ValidationException",
          "Value at 'plaintext' failed to satisfy constraint: Member must have length between 1 and"
              + " 4096");
    }
    KmsKey key = usable(keyId(input));
    return JSON.createObjectNode()
        .put("KeyId", ring.arn(key.id()))
        .put("EncryptionAlgorithm", "SYMMETRIC_DEFAULT")
        .put("CiphertextBlob", seal(key, plaintext, context(input, "EncryptionContext")));
  }

  private ObjectNode decrypt(JsonNode input) {
    KmsCiphertext ciphertext = KmsCiphertext.parse(bytes(input, "CiphertextBlob"));
    KmsKey key = keyOf(ciphertext, input.path("KeyId").asText());
    return JSON.createObjectNode()
        .put("KeyId", ring.arn(key.id()))
        .put("EncryptionAlgorithm", "SYMMETRIC_DEFAULT")
        .put("Plaintext", ciphertext.open(key, context(input, "EncryptionContext")));
  }

  private ObjectNode reEncrypt(JsonNode input) {
    KmsCiphertext ciphertext = KmsCiphertext.parse(bytes(input, "CiphertextBlob"));
    KmsKey source = keyOf(ciphertext, input.path("SourceKeyId").asText());
    KmsKey destination = usable(required(input, "DestinationKeyId"));
    byte[] plaintext = ciphertext.open(source, context(input, "SourceEncryptionContext"));
    return JSON.createObjectNode()
        .put("SourceKeyId", ring.arn(source.id()))
        .put("KeyId", ring.arn(destination.id()))
        .put("SourceEncryptionAlgorithm", "SYMMETRIC_DEFAULT")
        .put("DestinationEncryptionAlgorithm", "SYMMETRIC_DEFAULT")
        .put(
            "CiphertextBlob",
            seal(destination, plaintext, context(input, "DestinationEncryptionContext")));
  }

  private ObjectNode setState(JsonNode input, KmsKey.State state) throws IOException {
    ring.change(keyId(input), key -> notPendingDeletion(key).withState(state));
    return JSON.createObjectNode();
  }

  private ObjectNode scheduleKeyDeletion(JsonNode input) throws IOException {
    int days = input.path("PendingWindowInDays").asInt(30);
    if (days < 7 || days > 30) {
      throw AwsFault.of("ValidationException", "PendingWindowInDays must be between 7 and 30");
    }
    Instant when = ring.now().plus(Duration.ofDays(days));
    KmsKey key = ring.change(keyId(input), found -> notPendingDeletion(found).deletedAt(when));
    return JSON.createObjectNode()
        .put("KeyId", ring.arn(key.id()))
        .put("DeletionDate", when.getEpochSecond())
        .put("KeyState", key.state().wire())
        .put("PendingWindowInDays", days);
  }

  private ObjectNode cancelKeyDeletion(JsonNode input) throws IOException {
    KmsKey key =
        ring.change(
            keyId(input),
            found -> {
              if (found.state() != KmsKey.State.PENDING_DELETION) {
                throw AwsFault.of(
                    "KMSInvalidStateException", ring.arn(found.id()) + " is not pending deletion.");
              }
              return found.withState(KmsKey.State.DISABLED);
            });
    return JSON.createObjectNode().put("KeyId", ring.arn(key.id()));
  }

  private ObjectNode setRotation(JsonNode input, boolean on) throws IOException {
    ring.change(keyId(input), key -> enabled(key).withRotation(on));
    return JSON.createObjectNode();
  }

  private ObjectNode keyRotationStatus(JsonNode input) {
    KmsKey key = ring.find(keyId(input));
    return JSON.createObjectNode()
        .put("KeyId", ring.arn(key.id()))
        .put("KeyRotationEnabled", key.rotates());
  }

  private ObjectNode rotateKeyOnDemand(JsonNode input) throws IOException {
    KmsKey key =
        ring.change(keyId(input), found -> enabled(found).withNewMaterial(ring.newMaterial()));
    return JSON.createObjectNode().put("KeyId", ring.arn(key.id()));
  }

  private byte[] seal(KmsKey key, byte[] plaintext, Map<String, String> context) {
    byte[] nonce = ring.randomBytes(KmsCiphertext.NONCE_BYTES);
    return KmsCiphertext.seal(key, nonce, plaintext, context).bytes();
  }

  private KmsKey keyOf(KmsCiphertext ciphertext, String demanded) {
    if (!demanded.isEmpty() && !ring.find(demanded).id().equals(ciphertext.keyId())) {
      throw AwsFault.of(
          "IncorrectKeyException",
          "The key ID in the request does not identify a CMK that can perform this operation.");
    }
    return enabled(ring.findById(ciphertext.keyId()));
  }

  private KmsKey usable(String reference) {
    return enabled(ring.find(reference));
  }

  private KmsKey enabled(KmsKey key) {
    return switch (key.state()) {
      case ENABLED -> key;
      case DISABLED -> throw AwsFault.of("DisabledException", ring.arn(key.id()) + " is disabled.");
      case PENDING_DELETION -> throw pendingDeletion(key);
    };
  }

  private KmsKey notPendingDeletion(KmsKey key) {
    if (key.state() == KmsKey.State.PENDING_DELETION) {
      throw pendingDeletion(key);
    }
    return key;
  }

  private AwsFault pendingDeletion(KmsKey key) {
    return AwsFault.of("KMSInvalidStateException", ring.arn(key.id()) + " is pending deletion.");
  }

  private ObjectNode metadata(KmsKey key) {
    ObjectNode output = JSON.createObjectNode();
    ObjectNode metadata = output.putObject("KeyMetadata");
    metadata.put("AWSAccountId", EmbeddedAwsConfig.ACCOUNT);
    metadata.put("KeyId", key.id());
    metadata.put("Arn", ring.arn(key.id()));
    metadata.put("CreationDate", key.created().toEpochMilli() / 1000.0);
    metadata.put("Enabled", key.state() == KmsKey.State.ENABLED);
    metadata.put("Description", key.description());
    metadata.put("KeyUsage", "ENCRYPT_DECRYPT");
    metadata.put("KeyState", key.state().wire());
    key.deletion().ifPresent(when -> metadata.put("DeletionDate", when.getEpochSecond()));
    metadata.put("Origin", "AWS_KMS");
    metadata.put("KeyManager", "CUSTOMER");
    metadata.put("CustomerMasterKeySpec", "SYMMETRIC_DEFAULT");
    metadata.put("KeySpec", "SYMMETRIC_DEFAULT");
    metadata.putArray("EncryptionAlgorithms").add("SYMMETRIC_DEFAULT");
    metadata.put("MultiRegion", false);
    return output;
  }

  private static int dataKeyBytes(JsonNode input) {
    boolean bySpec = input.hasNonNull("KeySpec");
    if (bySpec == input.hasNonNull("NumberOfBytes")) {
      throw AwsFault.of(
          "ValidationException", "Please specify either number of bytes or key spec.");
    }
    if (!bySpec) {
      return numberOfBytes(input);
    }
    String spec = input.path("KeySpec").asText();
    return switch (spec) {
      case "AES_256" -> 32;
      case "AES_128" -> 16;
      default -> throw AwsFault.of("ValidationException", "Unknown KeySpec " + spec);
    };
  }

  private static int numberOfBytes(JsonNode input) {
    int bytes = input.path("NumberOfBytes").asInt();
    if (bytes < 1 || bytes > MAX_RANDOM) {
      throw AwsFault.of("ValidationException", "NumberOfBytes must be between 1 and 1024");
    }
    return bytes;
  }

  private static String keyId(JsonNode input) {
    return required(input, "KeyId");
  }

  private static String required(JsonNode input, String name) {
    String value = input.path(name).asText();
    if (value.isEmpty()) {
      throw AwsFault.of("ValidationException", name + " is required");
    }
    return value;
  }

  private static byte[] bytes(JsonNode input, String name) {
    try {
      return Base64.getDecoder().decode(input.path(name).asText());
    } catch (IllegalArgumentException e) {
      throw AwsFault.of("SerializationException", name + " is no base64");
    }
  }

  private static Map<String, String> context(JsonNode input, String name) {
    Map<String, String> context = new HashMap<>();
    input
        .path(name)
        .properties()
        .forEach(entry -> context.put(entry.getKey(), entry.getValue().asText()));
    return context;
  }
}
