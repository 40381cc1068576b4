package wasl.local.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wasl.local.fixture.BuiltBundle;
import wasl.local.host.InvocationResult;
import wasl.local.host.InvocationResult.Answered;
import wasl.local.host.InvocationResult.Failed;
import wasl.local.host.InvocationResult.Lost;
import wasl.local.host.InvocationResult.Throttled;
import wasl.local.host.InvocationResult.TimedOut;
import wasl.local.template.FunctionDefinition;

class FunctionsTest {
  private static final Executor THREADS = Thread::startVirtualThread;

  @TempDir Path folder;
  private final List<String> log = new CopyOnWriteArrayList<>();
  private BuiltBundle bundle;
  private Optional<Functions> running = Optional.empty();

  @BeforeEach
  void build() {
    bundle = BuiltBundle.in(folder.resolve("bundle"));
  }

  @AfterEach
  void stop() {
    running.ifPresent(Functions::close);
  }

  @Test
  void a_handler_gets_the_event_and_its_answer_comes_back() {
    Functions functions = start(function("echo", Duration.ofSeconds(10), 10, Map.of()));

    assertThat(text(functions.invoke("echo", bytes("{\"a\":1}")))).isEqualTo("{\"a\":1}");
    assertThat(log).anyMatch(line -> line.matches("echo  \\d+ ms  ok, 7 bytes"));
  }

  @Test
  void the_environment_is_the_template_s_and_nothing_of_the_runner_s() {
    Functions functions =
        start(function("echo", Duration.ofSeconds(10), 10, Map.of("GREETING", "salam")));

    assertThat(text(functions.invoke("echo", bytes("please-environment")))).isEqualTo("\"salam\"");
  }

  @Test
  void two_values_for_one_variable_are_refused_by_name() {
    List<FunctionDefinition> two =
        List.of(
            function("one", Duration.ofSeconds(1), 1, Map.of("A", "1", "B", "1")),
            function("two", Duration.ofSeconds(1), 1, Map.of("A", "2", "B", "1")));

    assertThatThrownBy(() -> Functions.start(settings(two), log::add))
        .hasMessageEndingWith("A of one and two");
  }

  @Test
  void a_handler_that_throws_has_failed() {
    Functions functions = start(function("echo", Duration.ofSeconds(10), 10, Map.of()));

    assertThat(functions.invoke("echo", bytes("please-throw")))
        .isEqualTo(new Failed("IllegalStateException", "as asked"));
    assertThat(text(functions.invoke("echo", bytes("next")))).isEqualTo("next");
  }

  @Test
  void a_handler_past_its_time_is_cut_off() {
    Functions functions = start(function("echo", Duration.ofSeconds(2), 10, Map.of()));

    assertThat(functions.invoke("echo", bytes("please-hang"))).isEqualTo(new TimedOut());
  }

  @Test
  void a_handler_class_that_is_not_in_the_zip_has_failed_by_its_name() {
    FunctionDefinition echo = function("echo", Duration.ofSeconds(10), 10, Map.of());
    Functions functions =
        start(
            new FunctionDefinition(
                "echo",
                "Echo",
                "wasl.local.Runner",
                echo.code(),
                echo.layers(),
                echo.timeout(),
                256,
                1,
                false,
                Map.of(),
                Optional.empty()));

    assertThat(functions.invoke("echo", bytes("x")))
        .isEqualTo(new Failed("ClassNotFoundException", "wasl.local.Runner"));
  }

  @Test
  void instances_grow_to_the_limit_and_then_throttle() {
    Functions functions = start(function("echo", Duration.ofSeconds(5), 3, Map.of()));
    List<CompletableFuture<InvocationResult>> busy = new ArrayList<>();
    assertThat(text(functions.invoke("echo", bytes("warm")))).isEqualTo("warm");
    for (int i = 0; i < 4; i++) {
      busy.add(
          CompletableFuture.supplyAsync(
              () -> functions.invoke("echo", bytes("please-hang")), THREADS));
    }

    List<InvocationResult> results = busy.stream().map(CompletableFuture::join).toList();

    assertThat(results)
        .containsExactlyInAnyOrder(new TimedOut(), new TimedOut(), new TimedOut(), new Throttled());
  }

  @Test
  void when_the_host_dies_what_was_in_flight_is_lost_and_what_comes_next_waits() {
    Functions functions = start(function("echo", Duration.ofSeconds(20), 10, Map.of()));
    assertThat(text(functions.invoke("echo", bytes("warm")))).isEqualTo("warm");
    long first = functions.hostPid();

    assertThat(functions.invoke("echo", bytes("please-crash"))).isEqualTo(new Lost());
    assertThat(text(functions.invoke("echo", bytes("next")))).isEqualTo("next");
    assertThat(functions.hostPid()).isNotEqualTo(first);
  }

  @Test
  void a_host_killed_between_invocations_loses_none() {
    Functions functions = start(function("echo", Duration.ofSeconds(20), 50, Map.of()));
    assertThat(text(functions.invoke("echo", bytes("warm")))).isEqualTo("warm");

    ProcessHandle.of(functions.hostPid()).orElseThrow().destroyForcibly();
    List<CompletableFuture<InvocationResult>> calls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      calls.add(CompletableFuture.supplyAsync(() -> functions.invoke("echo", bytes("x")), THREADS));
    }

    // What met the dying host may be lost; nothing may hang, and the last ones must be answered.
    assertThat(calls.stream().map(CompletableFuture::join))
        .allMatch(result -> result instanceof Answered || result instanceof Lost);
    assertThat(text(functions.invoke("echo", bytes("after")))).isEqualTo("after");
  }

  private Functions start(FunctionDefinition function) {
    Functions functions = Functions.start(settings(List.of(function)), log::add);
    running = Optional.of(functions);
    return functions;
  }

  private HostProcess.Settings settings(List<FunctionDefinition> functions) {
    return new HostProcess.Settings(
        functions, folder.resolve("data"), URI.create("http://127.0.0.1:1"), "x", List.of());
  }

  private FunctionDefinition function(
      String name, Duration timeout, int concurrency, Map<String, String> environment) {
    return new FunctionDefinition(
        name,
        name,
        "wasl.local.fixture.EchoHandler",
        bundle.root().resolve("echo.zip"),
        List.of(bundle.root().resolve("layer.zip")),
        timeout,
        256,
        concurrency,
        false,
        environment,
        Optional.empty());
  }

  private static String text(InvocationResult result) {
    assertThat(result).isInstanceOf(Answered.class);
    return new String(((Answered) result).payload(), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
