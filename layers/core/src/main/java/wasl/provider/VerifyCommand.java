package wasl.provider;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import wasl.manifest.Catalog;
import wasl.manifest.ProviderId;
import wasl.manifest.WebhookSpec;
import wasl.signing.Verdict;
import wasl.signing.Verdict.Genuine;
import wasl.signing.Verdict.Refused;
import wasl.signing.Verifier;
import wasl.vault.Secret;
import wasl.web.HttpRequest;

/// `./wasl verify`: says whether a captured request is genuine, and if not, why.
public final class VerifyCommand {
  private static final int GENUINE = 0;
  private static final int REFUSED = 1;
  private static final int UNREADABLE = 2;

  private static final Set<String> OPTIONS =
      Set.of("--provider", "--scheme", "--secret-file", "--at", "--request");
  private static final String USAGE =
      "usage: ./wasl verify --provider P [--scheme S] --secret-file F --at TIME --request FILE";

  private VerifyCommand() {}

  /// Runs it: 0 genuine, 1 refused, 2 what it needs cannot be read.
  public static int run(List<String> args, PrintStream out, PrintStream err) {
    return run(new Catalog(), args, out, err);
  }

  static int run(Catalog catalog, List<String> args, PrintStream out, PrintStream err) {
    try {
      var options = options(args);
      var spec = spec(catalog, options);
      var secret = secret(options);
      var request = request(options);
      var at = time(options);
      return say(new Verifier().verify(spec.scheme(), request, List.of(secret), at), spec, out);
    } catch (Unreadable what) {
      err.println(what.getMessage());
      return UNREADABLE;
    }
  }

  private static int say(Verdict verdict, WebhookSpec spec, PrintStream out) {
    return switch (verdict) {
      case Genuine genuine -> {
        out.println(
            "genuine: signed by the scheme \"%s\" of %s%s"
                .formatted(
                    spec.schemeName(),
                    spec.provider(),
                    genuine.signedAt().map(time -> " at " + time).orElse("")));
        yield GENUINE;
      }
      case Refused(var reason, var detail) -> {
        out.println("refused: %s: %s".formatted(reason, detail));
        yield REFUSED;
      }
    };
  }

  private static Map<String, String> options(List<String> args) {
    var options = new LinkedHashMap<String, String>();
    for (int i = 0; i < args.size(); i += 2) {
      if (!OPTIONS.contains(args.get(i))) {
        throw new Unreadable("unknown option " + args.get(i) + "\n" + USAGE);
      }
      if (i + 1 == args.size() || options.put(args.get(i), args.get(i + 1)) != null) {
        throw new Unreadable(args.get(i) + " takes one value, once\n" + USAGE);
      }
    }
    for (var needed : List.of("--provider", "--secret-file", "--at", "--request")) {
      if (!options.containsKey(needed)) {
        throw new Unreadable(needed + " is missing\n" + USAGE);
      }
    }
    return options;
  }

  private static WebhookSpec spec(Catalog catalog, Map<String, String> options) {
    var id = options.getOrDefault("--provider", "");
    if (!ProviderId.isOne(id) || !catalog.ids().contains(new ProviderId(id))) {
      throw new Unreadable("unknown provider \"" + id + "\"; known: " + catalog.ids());
    }
    var spec =
        catalog
            .webhook(new ProviderId(id))
            .orElseThrow(
                () -> new Unreadable(id + " has no webhook scheme of its own to verify by"));
    var scheme = options.get("--scheme");
    if (scheme == null) {
      return spec;
    }
    return spec.under(scheme)
        .orElseThrow(() -> new Unreadable(id + " has no scheme \"" + scheme + "\""));
  }

  /// The file's bytes, but for the one newline that an editor ends it with.
  private static Secret secret(Map<String, String> options) {
    var bytes = file(options.getOrDefault("--secret-file", ""), "secret");
    int length = bytes.length;
    if (length > 0 && bytes[length - 1] == '\n') {
      length--;
      if (length > 0 && bytes[length - 1] == '\r') {
        length--;
      }
    }
    return Secret.of(Arrays.copyOf(bytes, length));
  }

  private static HttpRequest request(Map<String, String> options) {
    var bytes = file(options.getOrDefault("--request", ""), "request");
    try {
      return CapturedRequest.parse(bytes);
    } catch (IllegalArgumentException malformed) {
      throw new Unreadable("the request file is no captured request: " + malformed.getMessage());
    }
  }

  private static byte[] file(String name, String what) {
    try {
      return Files.readAllBytes(Path.of(name));
    } catch (IOException | InvalidPathException e) {
      throw new Unreadable("the " + what + " file cannot be read: " + name);
    }
  }

  private static Instant time(Map<String, String> options) {
    var text = options.getOrDefault("--at", "");
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException malformed) {
      throw new Unreadable("--at is no RFC 3339 time: " + text);
    }
  }

  /// Ends the command with exit code 2 and a message.
  private static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unreadable(String message) {
      super(message);
    }
  }
}
