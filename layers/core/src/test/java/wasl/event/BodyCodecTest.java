package wasl.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.id.Ids;
import wasl.vault.DataKey;
import wasl.vault.DataKeys;
import wasl.vault.KeyId;
import wasl.vault.Place;
import wasl.vault.Secret;
import wasl.vault.Vault;
import wasl.web.Headers;

class BodyCodecTest {
  private static final Tenant TENANT =
      new Tenant(
          new ProjectId(Ids.of(ProjectId.PREFIX, Instant.EPOCH, new byte[16])), Environment.PROD);
  private static final ArchivedBody BODY =
      new ArchivedBody(
          "POST",
          "a=1&b=%0A",
          new Headers(Map.of("content-type", "application/json", "x-odd", "line\nfeed \"é\"")),
          "{\"a\":\n1}\n".getBytes(UTF_8),
          Instant.parse("2026-11-20T12:00:00.123Z"));

  private final Vault vault = new Vault(new OneKey(), new Random(1));
  private final BodyCodec codec = new BodyCodec(vault);

  @Test
  void gives_back_every_part_of_a_request() {
    var stored = codec.seal(TENANT, "bodies/1", 7, BODY);

    assertThat(codec.open(TENANT, new BodyRef("bodies/1", 7, stored.length), stored))
        .isEqualTo(BODY);
  }

  @Test
  void keeps_nothing_in_clear() {
    var stored = new String(codec.seal(TENANT, "bodies/1", 0, BODY), UTF_8);

    assertThat(stored).doesNotContain("POST", "content-type", "\"a\"");
  }

  @Test
  void does_not_open_at_another_place_of_the_archive() {
    var stored = codec.seal(TENANT, "bodies/1", 7, BODY);

    assertThatThrownBy(() -> codec.open(TENANT, new BodyRef("bodies/2", 7, stored.length), stored))
        .isInstanceOf(Vault.CannotOpen.class);
    assertThatThrownBy(() -> codec.open(TENANT, new BodyRef("bodies/1", 8, stored.length), stored))
        .isInstanceOf(Vault.CannotOpen.class);
  }

  @Test
  void refuses_what_swells_beyond_16_mebibytes() {
    var bomb = deflated(new byte[BodyCodec.MOST_BYTES + 1]);
    assertThat(bomb.length).isLessThan(100_000);

    assertThatThrownBy(() -> openPlain(bomb))
        .isInstanceOf(BodyCodec.Unreadable.class)
        .hasMessageContaining("larger than 16777216 bytes");
  }

  @Test
  void says_what_is_wrong_with_stored_bytes() {
    assertThatThrownBy(() -> openPlain(new byte[] {1, 2, 3}))
        .hasMessageContaining("compressed form is broken");
    assertThatThrownBy(() -> openPlain(java.util.Arrays.copyOf(deflated(new byte[100]), 9)))
        .hasMessageContaining("cut off");
    assertThatThrownBy(() -> openPlain(deflated("{}".getBytes(UTF_8))))
        .hasMessageContaining("no header line");
    assertThatThrownBy(() -> openPlain(deflated("{\"v\":9}\n".getBytes(UTF_8))))
        .hasMessageContaining("its version is 9, this code reads 1");
    assertThatThrownBy(() -> openPlain(deflated("{sk_live\n".getBytes(UTF_8))))
        .hasMessageContaining("no JSON")
        .hasMessageNotContaining("sk_live")
        .hasNoCause();
  }

  private ArchivedBody openPlain(byte[] compressed) {
    var place = new Place(TENANT, "body#o:0", "body");
    var stored = vault.seal(place, Secret.of(compressed)).bytes();
    return codec.open(TENANT, new BodyRef("o", 0, stored.length), stored);
  }

  private static byte[] deflated(byte[] plain) {
    try (var deflater = new Deflater()) {
      deflater.setInput(plain);
      deflater.finish();
      var out = new byte[plain.length + 100];
      return java.util.Arrays.copyOf(out, deflater.deflate(out));
    }
  }

  private record OneKey() implements DataKeys {
    private static final DataKey KEY =
        new DataKey(new KeyId(new byte[16]), Secret.of(new byte[32]));

    @Override
    public DataKey current(Tenant tenant) {
      return KEY;
    }

    @Override
    public DataKey byId(Tenant tenant, KeyId id) {
      return KEY;
    }
  }
}
