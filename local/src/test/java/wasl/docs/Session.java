package wasl.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import wasl.local.Main;

/// A shell in a folder that looks like the project's to whoever works in it, where `./wasl up`
/// runs.
final class Session {
  private static final int MOST_SECONDS = 180;

  private final Path folder;
  private final Map<String, String> variables;

  private Session(Path folder, Map<String, String> variables) {
    this.folder = folder;
    this.variables = variables;
  }

  /// What became of one script.
  record Ran(boolean failed, String output, String errors) {}

  /// @param folder where a running stack has left its `info.json`
  /// @param variables that the scripts find
  static Session in(Path folder, Map<String, String> variables) throws IOException {
    Files.createDirectories(folder.resolve(".wasl"));
    Files.copy(folder.resolve("info.json"), folder.resolve(".wasl/local.json"));
    // The launcher without its build: what is tested now, and not what was packaged last.
    var launcher = folder.resolve("wasl");
    Files.writeString(
        launcher,
        """
        #!/usr/bin/env bash
        exec '%s' -Dwasl.root='%s' -cp '%s' %s "$@"
        """
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                Page.ROOT,
                System.getProperty("java.class.path"),
                Main.class.getName()));
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    return new Session(folder, variables);
  }

  /// Runs scripts one after the other in one shell, up to the first that fails.
  ///
  /// @return what became of those that ran, by their place
  Map<Integer, Ran> run(List<String> scripts) throws IOException, InterruptedException {
    var whole = new ArrayList<String>(List.of("set -euo pipefail"));
    for (int at = 0; at < scripts.size(); at++) {
      if (!scripts.get(at).isEmpty()) {
        whole.add("exec > output-%d.txt 2> errors-%d.txt".formatted(at, at));
        whole.add(scripts.get(at));
      }
    }
    var script = Files.writeString(folder.resolve("examples.sh"), String.join("\n", whole));
    var shell = new ProcessBuilder("bash", script.toString()).directory(folder.toFile());
    shell.redirectInput(
        ProcessBuilder.Redirect.from(Files.createFile(folder.resolve("in")).toFile()));
    shell.redirectErrorStream(true);
    shell.redirectOutput(folder.resolve("shell.txt").toFile());
    // Nobody's account: an example that forgot its endpoint is to fail.
    shell.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    shell.environment().put("AWS_EC2_METADATA_DISABLED", "true");
    shell.environment().put("AWS_CONFIG_FILE", folder.resolve("no-config").toString());
    shell.environment().put("AWS_SHARED_CREDENTIALS_FILE", folder.resolve("no-keys").toString());
    shell.environment().putAll(variables);
    var process = shell.start();
    boolean ended = process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return runs(scripts.size(), !ended || process.exitValue() != 0);
  }

  private Map<Integer, Ran> runs(int scripts, boolean lastFailed) throws IOException {
    var runs = new HashMap<Integer, Ran>();
    int last = -1;
    for (int at = 0; at < scripts; at++) {
      var output = folder.resolve("output-%d.txt".formatted(at));
      if (Files.exists(output)) {
        var errors = Files.readString(folder.resolve("errors-%d.txt".formatted(at)));
        runs.put(at, new Ran(false, Files.readString(output), errors));
        last = at;
      }
    }
    if (lastFailed) {
      runs.computeIfPresent(last, (at, ran) -> new Ran(true, ran.output(), ran.errors()));
    }
    return runs;
  }
}
