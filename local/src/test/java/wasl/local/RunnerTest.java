package wasl.local;

import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wasl.local.fixture.BuiltBundle;

@Tag("own-stack")
class RunnerTest {
  @TempDir Path folder;
  private final List<String> log = new CopyOnWriteArrayList<>();

  @Test
  void a_request_goes_through_gateway_and_function_host_to_the_built_handler() throws Exception {
    try (Runner runner = Runner.start(settings(Optional.empty()), log::add, log::add)) {
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
    try (Runner first = Runner.start(settings(Optional.of(data)), log::add, log::add)) {
      assertThat(first.apiKey()).isEqualTo("wasl_dev_test");
    }
    log.clear();
    try (Runner second = Runner.start(settings(Optional.of(data)), log::add, log::add)) {
      assertThat(second.apiKey()).isEqualTo("wasl_dev_test");
      assertThat(log).noneMatch(line -> line.contains("first project"));
    }
    assertThat(Files.getPosixFilePermissions(data.resolve("api-key.json")))
        .containsExactlyInAnyOrder(OWNER_READ, OWNER_WRITE);
  }

  @Test
  void a_second_stack_on_the_same_data_is_refused() throws Exception {
    Path data = folder.resolve("data");
    try (Runner first = Runner.start(settings(Optional.of(data)), log::add, log::add)) {
      assertThatThrownBy(() -> Runner.start(settings(Optional.of(data)), log::add, log::add))
          .isInstanceOf(CannotStart.class)
          .hasMessageContaining("another ./wasl up runs on " + data);
      assertThat(get(first.api().resolve("/v1/x")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void a_taken_port_is_named_with_the_option_that_changes_it() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      Runner.Settings free = settings(Optional.empty());

      assertThatThrownBy(() -> Runner.start(with(free, port, 0), log::add, log::add))
          .hasMessageStartingWith("port " + port + " is taken")
          .hasMessageContaining("--port");
      assertThatThrownBy(() -> Runner.start(with(free, 0, port), log::add, log::add))
          .hasMessageStartingWith("port " + port + " is taken")
          .hasMessageContaining("--aws-port");
    }
  }

  @Test
  void the_functions_call_the_simulator_for_every_provider_unless_told_otherwise()
      throws Exception {
    Path template = BuiltBundle.in(folder.resolve("bundle")).root().resolve("template.yaml");
    Files.writeString(
        template,
        Files.readString(template)
            .replaceFirst(
                "Parameters:", "Parameters:\n  ProvidersAt: {Type: String, Default: none}")
            .replaceFirst("GREETING:", "PROVIDERS: !Ref ProvidersAt\n        GREETING:"));
    Path data = folder.resolve("data");
    try (Runner runner = Runner.start(settings(Optional.of(data)), log::add, log::add)) {
      assertThat(providersAt(runner)).isEqualTo(runner.simulator().toString());
      URI token = URI.create(runner.simulator() + "/login.example.com/token");
      assertThat(get(token).statusCode()).isEqualTo(405);
      assertThat(get(URI.create(runner.simulator() + "/_control/calls")).body())
          .contains("login.example.com");
    }
    Runner.Settings real =
        new Runner.Settings(
            folder.resolve("bundle"),
            Path.of("dynamodb/target/lib"),
            Optional.empty(),
            0,
            0,
            Map.of("ProvidersAt", ""),
            Optional.empty(),
            List.of());
    try (Runner runner = Runner.start(real, log::add, log::add)) {
      assertThat(providersAt(runner)).isEmpty();
    }
  }

  private static String providersAt(Runner runner) {
    return runner.deployment().functions().getFirst().environment().getOrDefault("PROVIDERS", "-");
  }

  private static Runner.Settings with(Runner.Settings settings, int port, int awsPort) {
    return new Runner.Settings(
        settings.root(),
        settings.dynamoDbJars(),
        settings.data(),
        port,
        awsPort,
        settings.parameters(),
        settings.endpoint(),
        List.of());
  }

  private Runner.Settings settings(Optional<Path> data) {
    Path root = folder.resolve("bundle");
    if (!Files.exists(root)) {
      BuiltBundle.in(root);
    }
    return new Runner.Settings(
        root, Path.of("dynamodb/target/lib"), data, 0, 0, Map.of(), Optional.empty(), List.of());
  }

  private static HttpResponse<String> get(URI uri) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
  }
}
