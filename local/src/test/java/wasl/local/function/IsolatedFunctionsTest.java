package wasl.local.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import wasl.local.fixture.BuiltBundle;
import wasl.local.host.InvocationResult;
import wasl.local.host.InvocationResult.Answered;
import wasl.local.host.InvocationResult.Failed;
import wasl.local.host.InvocationResult.Throttled;
import wasl.local.host.InvocationResult.TimedOut;
import wasl.local.template.FunctionDefinition;

@EnabledOnOs(OS.LINUX)
class IsolatedFunctionsTest {
  private static final Executor THREADS = Thread::startVirtualThread;
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path folder;
  private final List<String> log = new CopyOnWriteArrayList<>();
  private BuiltBundle bundle;
  private Optional<IsolatedFunctions> running = Optional.empty();

  @BeforeEach
  void build() {
    bundle = BuiltBundle.in(folder.resolve("bundle"));
  }

  @AfterEach
  void stop() {
    running.ifPresent(IsolatedFunctions::close);
  }

  @Test
  void a_handler_under_the_runtime_client_answers_again_and_again_in_one_process() {
    IsolatedFunctions functions = start(function("echo", LONG, 4, Map.of()));
    assertThat(functions.pids("echo")).isEmpty();

    assertThat(text(functions.invoke("echo", bytes("{\"a\":1}")))).isEqualTo("{\"a\":1}");
    List<Long> first = functions.pids("echo");
    assertThat(text(functions.invoke("echo", bytes("{\"a\":2}")))).isEqualTo("{\"a\":2}");

    assertThat(first).hasSize(1);
    assertThat(functions.pids("echo")).isEqualTo(first);
    assertThat(log).anyMatch(line -> line.matches("echo  \\d+ ms  ok, 7 bytes"));
  }

  @Test
  void each_function_has_its_own_variables_memory_and_access_key() {
    IsolatedFunctions functions =
        start(
            function("one", LONG, 4, Map.of("GREETING", "salam")),
            function("two", LONG, 4, Map.of("GREETING", "marhaba")));

    assertThat(text(functions.invoke("one", bytes("please-environment")))).isEqualTo("\"salam\"");
    assertThat(text(functions.invoke("two", bytes("please-environment")))).isEqualTo("\"marhaba\"");
    assertThat(commandLine(functions.pids("one").getFirst())).contains("-Xmx217m");
    assertThat(environment(functions.pids("one").getFirst()))
        .contains("AWS_ACCESS_KEY_ID=One", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256");
  }

  @Test
  void a_handler_that_throws_has_failed_and_its_process_goes_on() {
    IsolatedFunctions functions = start(function("echo", LONG, 4, Map.of()));

    assertThat(functions.invoke("echo", bytes("please-throw")))
        .isEqualTo(new Failed("java.lang.IllegalStateException", "as asked"));
    List<Long> first = functions.pids("echo");
    assertThat(text(functions.invoke("echo", bytes("next")))).isEqualTo("next");
    assertThat(functions.pids("echo")).isEqualTo(first);
  }

  @Test
  void a_process_past_the_timeout_is_ended_and_another_serves() {
    IsolatedFunctions functions = start(function("echo", Duration.ofSeconds(2), 4, Map.of()));
    assertThat(text(functions.invoke("echo", bytes("warm")))).isEqualTo("warm");
    List<Long> first = functions.pids("echo");

    assertThat(functions.invoke("echo", bytes("please-hang"))).isEqualTo(new TimedOut());

    assertThat(text(functions.invoke("echo", bytes("next")))).isEqualTo("next");
    assertThat(functions.pids("echo")).hasSize(1).doesNotContainAnyElementsOf(first);
  }

  @Test
  void a_crash_fails_its_own_invocation_alone() {
    IsolatedFunctions functions = start(function("echo", LONG, 4, Map.of()));

    assertThat(functions.invoke("echo", bytes("please-crash")))
        .isEqualTo(new Failed("Runtime.ExitError", "the process ended"));
    assertThat(text(functions.invoke("echo", bytes("next")))).isEqualTo("next");
  }

  @Test
  void a_process_killed_at_rest_is_noticed_by_nobody() throws Exception {
    IsolatedFunctions functions = start(function("echo", LONG, 4, Map.of()));
    assertThat(text(functions.invoke("echo", bytes("warm")))).isEqualTo("warm");
    ProcessHandle process = ProcessHandle.of(functions.pids("echo").getFirst()).orElseThrow();

    process.destroyForcibly();
    process.onExit().get();

    assertThat(text(functions.invoke("echo", bytes("next")))).isEqualTo("next");
  }

  @Test
  void another_process_starts_while_all_are_busy() throws Exception {
    IsolatedFunctions functions = start(function("echo", LONG, 4, Map.of()));
    CompletableFuture<InvocationResult> busy = later(functions, "please-hang");
    while (functions.pids("echo").isEmpty()) {
      Thread.sleep(10);
    }

    assertThat(text(functions.invoke("echo", bytes("next")))).isEqualTo("next");

    assertThat(functions.pids("echo")).hasSize(2);
    assertThat(busy).isNotDone();
  }

  @Test
  void who_waits_longer_than_the_timeout_for_a_free_process_is_throttled() {
    IsolatedFunctions functions = start(function("echo", Duration.ofSeconds(2), 1, Map.of()));

    List<InvocationResult> results =
        Stream.of("please-hang", "please-hang", "please-hang")
            .map(event -> later(functions, event))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toList();

    assertThat(results).contains(new TimedOut(), new Throttled());
  }

  @Test
  void a_handler_class_that_is_not_in_the_zip_is_told_by_its_name() {
    FunctionDefinition echo = function("echo", LONG, 4, Map.of());
    IsolatedFunctions functions =
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
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.message()).contains("wasl.local.Runner"));
  }

  private static CompletableFuture<InvocationResult> later(
      IsolatedFunctions functions, String event) {
    return CompletableFuture.supplyAsync(() -> functions.invoke("echo", bytes(event)), THREADS);
  }

  private IsolatedFunctions start(FunctionDefinition... definitions) {
    IsolatedFunctions functions =
        IsolatedFunctions.start(
            new IsolatedFunctions.Settings(
                List.of(definitions),
                folder.resolve("data"),
                URI.create("http://127.0.0.1:1"),
                "x"),
            log::add);
    running = Optional.of(functions);
    return functions;
  }

  private FunctionDefinition function(
      String name, Duration timeout, int concurrency, Map<String, String> environment) {
    return new FunctionDefinition(
        name,
        name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1),
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

  private static String commandLine(long pid) {
    return proc(pid, "cmdline");
  }

  private static String environment(long pid) {
    return proc(pid, "environ");
  }

  private static String proc(long pid, String file) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(InvocationResult result) {
    assertThat(result).isInstanceOf(Answered.class);
    return new String(((Answered) result).payload(), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
