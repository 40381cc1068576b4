package wasl.manifest;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import wasl.manifest.Node.Fields;
import wasl.manifest.Parsed.Faulty;
import wasl.manifest.Parsed.Valid;

/// Turns the manifests, at build time, into what start-up reads fastest: one file each, and for the
/// receipt one with nothing but what it needs.
public final class ManifestCompiler {
  /// What the receipt has no use for.
  private static final Set<String> NOT_FOR_RECEIPT =
      Set.of("eventTypes", "contentTypes", "timeoutSeconds", "confidence", "recalled", "notes");

  private ManifestCompiler() {}

  /// `<providers folder> <output folder>`; exits 1 after naming every fault of every manifest.
  public static void main(String[] args) throws IOException {
    if (args.length != 2) {
      System.err.println("usage: ManifestCompiler <providers folder> <output folder>");
      System.exit(2);
    }
    if (!compile(Path.of(args[0]), Path.of(args[1]), System.err)) {
      System.exit(1);
    }
  }

  /// Compiles all manifests, or none: whether there was no fault.
  static boolean compile(Path providers, Path output, PrintStream err) throws IOException {
    var manifests = new ArrayList<Manifest>();
    boolean faulty = false;
    for (var folder : folders(providers)) {
      var id = folder.getFileName().toString();
      var place = "providers/" + id + "/manifest.yaml";
      if (!ProviderId.isOne(id)) {
        err.println(place + ": a provider's folder has a kebab-case name");
        faulty = true;
        continue;
      }
      var yaml = Files.readString(folder.resolve("manifest.yaml"));
      switch (new ManifestReader().yaml(new ProviderId(id), yaml)) {
        case Valid<Manifest>(var manifest) -> manifests.add(manifest);
        case Faulty<Manifest>(var faults) -> {
          faulty = true;
          faults.forEach(fault -> err.println(place + ": " + fault));
        }
      }
    }
    if (!faulty) {
      write(manifests, output.resolve("wasl").resolve("provider"));
    }
    return !faulty;
  }

  private static List<Path> folders(Path providers) throws IOException {
    try (var entries = Files.list(providers)) {
      return entries
          .filter(entry -> Files.exists(entry.resolve("manifest.yaml")))
          .sorted()
          .toList();
    }
  }

  private static void write(List<Manifest> manifests, Path output) throws IOException {
    delete(output);
    var ids = new ArrayList<Node>();
    for (var manifest : manifests) {
      ids.add(new Node.Text(manifest.id().value()));
      var folder = Files.createDirectories(output.resolve(manifest.id().value()));
      write(folder.resolve("manifest.json"), manifest.document());
      if (manifest.webhook().isPresent()) {
        write(folder.resolve("webhook.json"), forReceipt(manifest.document().fields("webhook")));
      }
    }
    Files.createDirectories(output);
    write(output.resolve("index.json"), new Node.Items(ids));
  }

  /// Of a provider that was removed nothing may stay.
  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static Fields forReceipt(Fields section) {
    var kept = new LinkedHashMap<String, Node>();
    section
        .nodes()
        .forEach((key, node) -> {
          if (key.equals("alternatives")) {
            kept.put(
                key,
                new Node.Items(
                    section.list(key).stream()
                        .<Node>map(alternative -> forReceipt((Fields) alternative))
                        .toList()));
          } else if (!NOT_FOR_RECEIPT.contains(key)) {
            kept.put(key, node);
          }
        });
    return new Fields(kept);
  }

  private static void write(Path file, Node node) throws IOException {
    Files.writeString(file, node.toJson(), StandardCharsets.UTF_8);
  }
}
