package wasl.local;

import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wasl.local.fixture.BuiltBundle;

class RunnerTest {
  @TempDir Path folder;
  private final List<String> log = new CopyOnWriteArrayList<>();

  @Test
  void a_request_goes_through_gateway_and_function_host_to_the_built_handler() throws Exception {
    try (Runner runner = Runner.start(settings(Optional.empty()), log::add)) {
      HttpResponse<String> answer = get(runner.api().resolve("/v1/things?x=1"));

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("\"routeKey\":\"ANY /v1/{proxy+}\"");
      assertThat(runner.apiKey()).isEqualTo("wasl_dev_test");
      assertThat(runner.bus()).isEqualTo("wasl");
    }
  }

  @Test
  void kept_data_is_found_again_with_its_api_key() throws Exception {
    Path data = folder.resolve("data");
    try (Runner first = Runner.start(settings(Optional.of(data)), log::add)) {
      assertThat(first.apiKey()).isEqualTo("wasl_dev_test");
    }
    log.clear();
    try (Runner second = Runner.start(settings(Optional.of(data)), log::add)) {
      assertThat(second.apiKey()).isEqualTo("wasl_dev_test");
      assertThat(log).noneMatch(line -> line.contains("first project"));
    }
    assertThat(Files.getPosixFilePermissions(data.resolve("api-key.json")))
        .containsExactlyInAnyOrder(OWNER_READ, OWNER_WRITE);
  }

  private Runner.Settings settings(Optional<Path> data) {
    Path root = folder.resolve("bundle");
    if (!Files.exists(root)) {
      BuiltBundle.in(root);
    }
    return new Runner.Settings(
        root, Path.of("dynamodb/target/lib"), data, 0, 0, Map.of(), Optional.empty());
  }

  private static HttpResponse<String> get(URI uri) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
  }
}
