package wasl.local;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What `./wasl up` was told.
///
/// @param info where to write how the stack is reached; empty for the default place
/// @param endpoint another emulator to use instead of the embedded AWS
/// @param stack a stack at that emulator whose resources are taken; empty: they are made
record Options(
    int port,
    int awsPort,
    Map<String, String> parameters,
    Optional<Path> info,
    boolean ephemeral,
    boolean isolate,
    Optional<URI> endpoint,
    Optional<String> stack) {

  /// A command line that cannot be understood; the message names every fault.
  static final class BadUsage extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadUsage(List<String> faults) {
      super(String.join("\n", faults));
    }
  }

  static Options parse(List<String> arguments) {
    return new Parser(arguments).parse();
  }

  private static final class Parser {
    private final Deque<String> rest;
    private final List<String> faults = new ArrayList<>();
    private final Map<String, String> parameters = new TreeMap<>();
    private int port = 3000;
    private int awsPort = 4566;
    private Optional<Path> info = Optional.empty();
    private boolean ephemeral;
    private boolean isolate;
    private Optional<URI> endpoint = Optional.empty();
    private Optional<String> stack = Optional.empty();

    Parser(List<String> arguments) {
      this.rest = new ArrayDeque<>(arguments);
    }

    Options parse() {
      while (!rest.isEmpty()) {
        String option = rest.pop();
        switch (option) {
          case "--port" -> port = port(option);
          case "--aws-port" -> awsPort = port(option);
          case "--set" -> set(value(option));
          case "--info" -> info = Optional.of(Path.of(value(option)));
          case "--ephemeral" -> ephemeral = true;
          case "--isolate" -> isolate = true;
          case "--endpoint" -> endpoint = endpoint(value(option));
          case "--stack" -> stack = Optional.of(value(option));
          default -> faults.add("unknown option " + option);
        }
      }
      if (stack.isPresent() && endpoint.isEmpty() && faults.isEmpty()) {
        faults.add("--stack needs --endpoint: the embedded AWS has no CloudFormation");
      }
      if (!faults.isEmpty()) {
        throw new BadUsage(faults);
      }
      return new Options(
          port, awsPort, Map.copyOf(parameters), info, ephemeral, isolate, endpoint, stack);
    }

    private String value(String option) {
      if (rest.isEmpty()) {
        faults.add(option + " needs a value");
        return "";
      }
      return rest.pop();
    }

    private int port(String option) {
      String value = value(option);
      try {
        int number = Integer.parseInt(value);
        if (number >= 0 && number <= 65535) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Told below, with what is too large.
      }
      faults.add(option + " needs a number from 0 to 65535, not \"" + value + "\"");
      return 0;
    }

    private void set(String assignment) {
      int equals = assignment.indexOf('=');
      if (equals < 1) {
        faults.add("--set needs Parameter=Value, not \"" + assignment + "\"");
        return;
      }
      parameters.put(assignment.substring(0, equals), assignment.substring(equals + 1));
    }

    private Optional<URI> endpoint(String value) {
      try {
        URI uri = URI.create(value);
        if (uri.getHost() != null) {
          return Optional.of(uri);
        }
      } catch (IllegalArgumentException e) {
        // Told below, with what has no host.
      }
      faults.add("--endpoint needs a URL such as http://localhost:4566, not \"" + value + "\"");
      return Optional.empty();
    }
  }
}
