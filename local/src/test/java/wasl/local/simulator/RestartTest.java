package wasl.local.simulator;

import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wasl.local.simulator.PlainClient.Answer;

class RestartTest {
  @TempDir Path folder;

  @Test
  void tokens_keys_and_settings_are_found_again_and_reuse_is_still_noticed() throws Exception {
    Answer first;
    Answer second;
    String code;
    try (var acme = started()) {
      code = acme.code();
      first = acme.redeem(code);
      second = acme.refresh(first.text("/refresh_token"));
      acme.behave(
          "{\"accessTokenSeconds\": 60, \"scopes\": [\"read\"], \"refreshToken\": \"rotate\"}");
      acme.http.control(
          "POST", "/keys", "{\"provider\": \"acme\", \"key\": \"stolen\", \"good\": false}");
    }
    try (var acme = started()) {
      assertThat(acme.whoami(second.text("/access_token")).text("/user/id")).isEqualTo("acct_1");
      assertThat(acme.whoami("stolen").status()).isEqualTo(401);
      Answer fresh = acme.tokens();
      assertThat(fresh.text("/expires_in")).isEqualTo("60");
      assertThat(fresh.text("/scope")).isEqualTo("read");

      assertThat(acme.refresh(first.text("/refresh_token")).text("/error"))
          .isEqualTo("invalid_grant");
      assertThat(acme.whoami(second.text("/access_token")).status()).isEqualTo(401);
      assertThat(acme.redeem(code).text("/error")).isEqualTo("invalid_grant");
      assertThat(acme.whoami(fresh.text("/access_token")).status()).isEqualTo(200);
    }
  }

  @Test
  void a_code_that_was_given_before_is_redeemed_after() throws Exception {
    String code;
    try (var acme = started()) {
      code = acme.code();
    }
    try (var acme = started()) {
      assertThat(acme.redeem(code).status()).isEqualTo(200);
    }
  }

  @Test
  void the_file_is_its_owner_s_and_holds_nothing_that_opens_anything() throws Exception {
    try (var acme = started()) {
      acme.tokens();
      acme.code();
      acme.http.control(
          "POST", "/keys", "{\"provider\": \"acme\", \"key\": \"stolen\", \"good\": false}");
    }
    assertThat(Files.getPosixFilePermissions(file()))
        .containsExactlyInAnyOrder(OWNER_READ, OWNER_WRITE);
    assertThat(Files.readString(file()))
        .doesNotContain("simat_", "simrt_", "simcode_", "stolen", Scenario.SECRET);
  }

  @Test
  void calls_at_the_same_time_are_all_kept() throws Exception {
    List<String> tokens = new ArrayList<>();
    try (var acme = started();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      acme.behave("{\"consent\": \"auto\"}");
      List<Future<Answer>> answers = new ArrayList<>();
      for (int each = 0; each < 50; each++) {
        answers.add(
            threads.submit(() -> {
              String url = Scenario.authorizationUrl(Scenario.request());
              return acme.redeem(Scenario.code(acme.http.get(url)));
            }));
      }
      for (Future<Answer> answer : answers) {
        tokens.add(answer.get().text("/access_token"));
      }
    }
    try (var acme = started()) {
      for (String token : tokens) {
        assertThat(acme.whoami(token).status()).isEqualTo(200);
      }
    }
  }

  @Test
  void a_file_of_another_version_is_named_and_left_alone() throws Exception {
    Files.writeString(file(), "{\"version\": 99}");

    assertThatThrownBy(this::started)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file().toString())
        .hasMessageContaining("version 99");
    assertThat(file()).hasContent("{\"version\": 99}");
  }

  private Path file() {
    return folder.resolve("simulator.json");
  }

  private Scenario started() throws IOException {
    return Scenario.acme(Optional.of(file()), _ -> {});
  }
}
