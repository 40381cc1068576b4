package wasl.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The providers that Wasl knows, read from the compiled manifests on the class path one by one,
/// when they are first asked for.
public final class Catalog {
  private static final String ROOT = "wasl/provider/";

  // By text: linking a record's hashCode costs a cold start some milliseconds.
  private final ConcurrentHashMap<String, Optional<WebhookSpec>> webhooks =
      new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Optional<Manifest>> manifests = new ConcurrentHashMap<>();
  private final ClassLoader compiled;
  private volatile List<ProviderId> ids = List.of();

  /// The catalog of this class path.
  public Catalog() {
    this(Catalog.class.getClassLoader());
  }

  /// The catalog of another class path.
  public Catalog(ClassLoader compiled) {
    this.compiled = compiled;
  }

  /// All providers, in the order of their ids.
  public List<ProviderId> ids() {
    if (ids.isEmpty()) {
      ids = readIds();
    }
    return ids;
  }

  private List<ProviderId> readIds() {
    var index = read("index.json");
    if (index.isEmpty() || !(index.get() instanceof Node.Items items)) {
      return List.of();
    }
    var ids = new ArrayList<ProviderId>();
    for (var node : items.nodes()) {
      if (node instanceof Node.Text text) {
        ids.add(new ProviderId(text.value()));
      }
    }
    return List.copyOf(ids);
  }

  /// A provider's manifest; empty for an unknown provider.
  public Optional<Manifest> manifest(ProviderId id) {
    var known = manifests.get(id.value());
    if (known == null) {
      known = readManifest(id);
      remember(manifests, id, known);
    }
    return known;
  }

  private Optional<Manifest> readManifest(ProviderId id) {
    var node = read(id.value().concat("/manifest.json"));
    return node.isPresent() && node.get() instanceof Node.Fields document
        ? Optional.of(ManifestReader.of(id, document))
        : Optional.empty();
  }

  /// How a provider's webhooks are checked; empty for an unknown provider, and for a generic one,
  /// of which the integration's configuration tells. On the path that a provider waits for:
  /// streaming parser only.
  public Optional<WebhookSpec> webhook(ProviderId id) {
    var known = webhooks.get(id.value());
    if (known == null) {
      known = readWebhook(id);
      remember(webhooks, id, known);
    }
    return known;
  }

  private Optional<WebhookSpec> readWebhook(ProviderId id) {
    var node = read(id.value().concat("/webhook.json"));
    return node.isPresent() && node.get() instanceof Node.Fields section
        ? Optional.of(WebhookReader.read(id, section))
        : Optional.empty();
  }

  // Ids come from URLs: remembering unknown ones would let anyone fill the memory.
  private static <T> void remember(
      ConcurrentHashMap<String, Optional<T>> cache, ProviderId id, Optional<T> found) {
    if (found.isPresent()) {
      cache.put(id.value(), found);
    }
  }

  private Optional<Node> read(String name) {
    try (InputStream in = compiled.getResourceAsStream(ROOT.concat(name))) {
      return in == null ? Optional.empty() : Optional.of(Node.json(in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException("unreadable: ".concat(name), e);
    }
  }
}
