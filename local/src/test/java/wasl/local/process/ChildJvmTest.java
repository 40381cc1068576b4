package wasl.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ChildJvmTest {
  private final BlockingQueue<String> log = new LinkedBlockingQueue<>();

  @Test
  void a_child_gets_its_arguments_and_only_the_environment_that_it_was_given() throws Exception {
    try (ChildJvm child =
        ChildJvm.start(command(Prints.class, List.of("a", "b c"), Map.of("X", "1")), log::add)) {
      assertThat(child.onExit().get(20, TimeUnit.SECONDS)).isEqualTo(3);
      assertThat(log).containsExactly("[a, b c] {X=1}", "no line end");
    }
  }

  @Test
  void a_line_without_an_end_is_not_held_back() throws Exception {
    try (ChildJvm child = ChildJvm.start(command(Parent.class, List.of(), Map.of()), log::add)) {
      assertThat(nextLine()).startsWith("grandchild ");
      assertThat(child.isAlive()).isTrue();
    }
  }

  @Test
  void a_long_line_that_comes_in_pieces_is_one_line() throws Exception {
    try (ChildJvm child = ChildJvm.start(command(Slow.class, List.of(), Map.of()), log::add)) {
      assertThat(child.onExit().get(20, TimeUnit.SECONDS)).isZero();
      assertThat(log).containsExactly("a".repeat(10_000) + "b".repeat(10_000), "next");
    }
  }

  @Test
  void a_child_dies_with_a_parent_that_was_killed() throws Exception {
    try (ChildJvm parent = ChildJvm.start(command(Parent.class, List.of(), Map.of()), log::add)) {
      long grandchild = Long.parseLong(nextLine().substring("grandchild ".length()));
      ProcessHandle handle = ProcessHandle.of(grandchild).orElseThrow();

      parent.kill();

      assertThat(handle.onExit()).succeedsWithin(Duration.ofSeconds(10));
    }
  }

  @Test
  void closing_ends_the_process() throws Exception {
    ChildJvm child = ChildJvm.start(command(Parent.class, List.of(), Map.of()), log::add);
    nextLine();

    child.close();

    assertThat(child.isAlive()).isFalse();
  }

  private String nextLine() throws InterruptedException {
    @Nullable String line = log.poll(20, TimeUnit.SECONDS);
    assertThat(line).isNotNull();
    return line;
  }

  private static ChildJvm.Command command(
      Class<?> main, List<String> arguments, Map<String, String> environment) {
    return new ChildJvm.Command(
        Path.of(System.getProperty("java.home"), "bin", "java"),
        main.getName(),
        List.of(System.getProperty("java.class.path")),
        List.of("-Xmx32m", "-XX:TieredStopAtLevel=1"),
        arguments,
        environment);
  }

  static final class Prints {
    public static void main(String[] arguments) {
      System.out.println(List.of(arguments) + " " + System.getenv());
      System.out.print("no line end");
      System.out.flush();
      System.exit(3);
    }
  }

  static final class Slow {
    public static void main(String[] arguments) throws Exception {
      System.out.print("a".repeat(10_000));
      System.out.flush();
      Thread.sleep(Duration.ofMillis(30));
      System.out.println("b".repeat(10_000));
      System.out.println("next");
    }
  }

  static final class Parent {
    public static void main(String[] arguments) throws Exception {
      try (ChildJvm child =
          ChildJvm.start(command(Sleeper.class, List.of(), Map.of()), ignored -> {})) {
        System.out.print("grandchild " + child.pid());
        System.out.flush();
        child.onExit().join();
      }
    }
  }

  static final class Sleeper {
    public static void main(String[] arguments) throws Exception {
      Thread.sleep(Duration.ofMinutes(5));
    }
  }
}
