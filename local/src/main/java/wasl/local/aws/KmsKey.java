package wasl.local.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// One KMS key: its material, newest last, and the state that decides what it may be used for.
///
/// @param deletion when a key that is pending deletion will be gone
record KmsKey(
    String id,
    Instant created,
    String description,
    State state,
    Optional<Instant> deletion,
    boolean rotates,
    List<byte[]> materials) {
  /// As KMS names them on the wire.
  enum State {
    ENABLED("Enabled"),
    DISABLED("Disabled"),
    PENDING_DELETION("PendingDeletion");

    private final String wire;

    State(String wire) {
      this.wire = wire;
    }

    String wire() {
      return wire;
    }
  }

  KmsKey {
    materials = List.copyOf(materials);
  }

  KmsKey withState(State newState) {
    return new KmsKey(id, created, description, newState, Optional.empty(), rotates, materials);
  }

  KmsKey deletedAt(Instant when) {
    return new KmsKey(
        id, created, description, State.PENDING_DELETION, Optional.of(when), rotates, materials);
  }

  KmsKey withRotation(boolean on) {
    return new KmsKey(id, created, description, state, deletion, on, materials);
  }

  KmsKey withNewMaterial(byte[] material) {
    List<byte[]> all = new ArrayList<>(materials);
    all.add(material);
    return new KmsKey(id, created, description, state, deletion, rotates, all);
  }

  ObjectNode toJson(ObjectMapper json) {
    ObjectNode node = json.createObjectNode();
    node.put("id", id);
    node.put("created", created.toString());
    node.put("description", description);
    node.put("state", state.name());
    deletion.ifPresent(when -> node.put("deletion", when.toString()));
    node.put("rotates", rotates);
    var array = node.putArray("materials");
    materials.forEach(array::add);
    return node;
  }

  static KmsKey fromJson(JsonNode node) {
    List<byte[]> materials = new ArrayList<>();
    for (JsonNode material : node.path("materials")) {
      materials.add(Base64.getDecoder().decode(material.asText()));
    }
    return new KmsKey(
        node.path("id").asText(),
        Instant.parse(node.path("created").asText()),
        node.path("description").asText(),
        State.valueOf(node.path("state").asText()),
        node.has("deletion")
            ? Optional.of(Instant.parse(node.path("deletion").asText()))
            : Optional.empty(),
        node.path("rotates").asBoolean(),
        materials);
  }

  /// The key's material must not slip into a log.
  @Override
  public String toString() {
    return "KmsKey[" + id + ", " + state + "]";
  }
}
