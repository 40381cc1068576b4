package wasl.provider;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import wasl.egress.ClientIdentity;
import wasl.egress.ClientIdentityPem;
import wasl.egress.EgressRequest;
import wasl.egress.EgressUrl;
import wasl.manifest.Node.Fields;
import wasl.manifest.OauthSpec.BodyFormat;
import wasl.manifest.Template;
import wasl.vault.Secret;
import wasl.web.JsonObject;
import wasl.web.UrlParameters;

/// Makes requests to providers, credentials and all, of what their manifests say.
public final class ProviderCalls {
  /// RFC 1123, section 2.1: what is put into a host is one label of it, so that it leads to no
  /// other domain.
  private static final Pattern HOST_LABEL = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

  private static final String AWS = "aws_sigv4";
  private static final String MUTUAL_TLS = "mtls";

  private final RequestSigner signer;
  private final InstantSource clock;

  public ProviderCalls(RequestSigner signer, InstantSource clock) {
    this.signer = signer;
    this.clock = clock;
  }

  /// What became of a call.
  public sealed interface Built {
    record Ready(EgressRequest request) implements Built {}

    /// @param fields those whose values cannot be sent, each with what is wrong with it; none where
    ///   it is no field's fault
    record Unsendable(Map<String, String> fields) implements Built {
      public Unsendable {
        fields = Map.copyOf(fields);
      }
    }
  }

  /// The call with the credentials of an account.
  ///
  /// @throws IllegalArgumentException if it goes under a base URL that the manifest has not
  public Built authorized(ProviderAccount account, ProviderCall call, Duration deadline) {
    var draft = new Draft(account);
    draft.write(call);
    Sending.of(account.auth()).forEach(draft::carry);
    var request = draft.finished(call, deadline, identity(draft));
    if (!draft.faults.isEmpty() || request.isEmpty()) {
      return new Built.Unsendable(draft.faults);
    }
    return account.auth().mode().equals(AWS)
        ? signed(draft, request.get())
        : new Built.Ready(request.get());
  }

  /// The call as who has no credentials yet makes it: what logs in is in its body.
  ///
  /// @throws IllegalArgumentException if it goes under a base URL that the manifest has not
  public Built anonymous(ProviderAccount account, ProviderCall call, Duration deadline) {
    var draft = new Draft(account);
    draft.write(call);
    var request = draft.finished(call, deadline, Optional.empty());
    return draft.faults.isEmpty() && request.isPresent()
        ? new Built.Ready(request.get())
        : new Built.Unsendable(draft.faults);
  }

  private Built signed(Draft draft, EgressRequest request) {
    var keys =
        new RequestSigner.Keys(
            draft.headerValue("accessKeyId"),
            draft.value("secretAccessKey").orElse(Secret.of("")),
            draft.value("sessionToken"));
    var region =
        new Template(draft.account.auth().facts().text("region", "{region}"))
            .fill(draft::headerValue);
    var scope = new RequestSigner.Scope(draft.account.auth().facts().text("service", ""), region);
    return draft.faults.isEmpty()
        ? new Built.Ready(signer.sign(request, keys, scope, clock.instant()))
        : new Built.Unsendable(draft.faults);
  }

  private static Optional<ClientIdentity> identity(Draft draft) {
    var chain = draft.value(KeyMaterial.CERTIFICATE);
    var key = draft.value(KeyMaterial.PRIVATE_KEY);
    if (!draft.account.auth().mode().equals(MUTUAL_TLS) || chain.isEmpty() || key.isEmpty()) {
      return Optional.empty();
    }
    return switch (ClientIdentityPem.read(chain.get(), key.get())) {
      case ClientIdentityPem.Read.Identity(var identity) -> Optional.of(identity);
      case ClientIdentityPem.Read.UnusableChain(var why) ->
          draft.lacks(KeyMaterial.CERTIFICATE, why);
      case ClientIdentityPem.Read.UnusableKey(var why) -> draft.lacks(KeyMaterial.PRIVATE_KEY, why);
    };
  }

  /// A request while it is put together.
  private static final class Draft {
    private final ProviderAccount account;
    private final Map<String, String> faults = new LinkedHashMap<>();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, String> query = new LinkedHashMap<>();
    private final Map<String, String> body = new LinkedHashMap<>();
    private String url = "";

    Draft(ProviderAccount account) {
      this.account = account;
    }

    void write(ProviderCall call) {
      url =
          switch (call.where()) {
            case ProviderCall.Where.At(var whole) -> url(whole);
            case ProviderCall.Where.Under(var base, var path) ->
                url(new Template(base(base).replaceFirst("/+$", ""))) + path.fill(this::segment);
          };
      var document = account.manifest().document();
      header("accept", "application/json");
      document
          .fields("headers")
          .nodes()
          .keySet()
          .forEach(name -> header(name, document.fields("headers").text(name, "")));
      version(document.fields("apiVersion"));
      call.headers().forEach((name, value) -> header(name, filled(value, this::headerValue)));
      call.body().forEach((name, value) -> body.put(name, filled(value, this::anyValue)));
    }

    private void version(Fields version) {
      version.text("header").ifPresent(name -> header(name, version.text("value", "")));
    }

    private String base(String name) {
      return account
          .baseUrl(name)
          .orElseThrow(() ->
              new IllegalArgumentException(account.manifest().id() + " has no base URL " + name));
    }

    // A credential that was not given is not sent, and neither is what would stand around it.
    void carry(Sending sending) {
      if (sending.basic()) {
        header(sending.name(), basic(sending.format()));
        return;
      }
      if (sending.format().names().stream().anyMatch(name -> value(name).isEmpty())) {
        return;
      }
      switch (sending.place()) {
        case HEADER -> header(sending.name(), sending.format().fill(this::headerValue));
        case QUERY -> query.put(sending.name(), sending.format().fill(this::anyValue));
        case BODY -> body.put(sending.name(), sending.format().fill(this::anyValue));
      }
    }

    // RFC 7617, section 2: a colon in the user's name would end it. Either side may be empty.
    private String basic(Template format) {
      int colon = format.text().indexOf(':');
      var user = new Template(format.text().substring(0, colon)).fill(this::userName);
      var password = new Template(format.text().substring(colon)).fill(this::basicValue);
      return "Basic "
          + Base64.getEncoder().encodeToString((user + password).getBytes(StandardCharsets.UTF_8));
    }

    Optional<EgressRequest> finished(
        ProviderCall call, Duration deadline, Optional<ClientIdentity> identity) {
      if (!faults.isEmpty()) {
        return Optional.empty();
      }
      var bytes = body(call.bodyFormat());
      try {
        var whole = new EgressUrl(URI.create(UrlParameters.with(url, query)));
        return Optional.of(
            new EgressRequest(call.method(), whole, headers, bytes, deadline, identity));
      } catch (IllegalArgumentException noUrl) {
        return Optional.empty();
      }
    }

    private byte[] body(BodyFormat format) {
      if (body.isEmpty()) {
        return new byte[0];
      }
      if (format == BodyFormat.JSON) {
        headers.put("content-type", "application/json");
        var json = new JsonObject();
        body.forEach(json::put);
        return json.bytes();
      }
      headers.put("content-type", "application/x-www-form-urlencoded");
      return UrlParameters.form(body).getBytes(StandardCharsets.UTF_8);
    }

    private void header(String name, String value) {
      headers.put(name.toLowerCase(Locale.ROOT), value);
    }

    private String url(Template whole) {
      var parts = whole.splitAtPath();
      return parts.get(0).fill(this::hostLabel) + parts.get(1).fill(this::segment);
    }

    private static String filled(String text, UnaryOperator<String> value) {
      return new Template(text).fill(value);
    }

    Optional<Secret> value(String name) {
      return account.value(name);
    }

    private String anyValue(String name) {
      return value(name).map(Secret::reveal).orElse("");
    }

    private String hostLabel(String name) {
      var value = anyValue(name);
      boolean fits =
          HOST_LABEL.matcher(value).matches()
              && account
                  .field(name)
                  .flatMap(field -> field.pattern())
                  .filter(pattern -> !Pattern.matches(pattern, value))
                  .isEmpty();
      return fits ? value : fault(name, "must be a part of a host's name: a-z, 0-9 and -");
    }

    private String segment(String name) {
      var value = anyValue(name);
      // A dot alone would be taken out of the path, and two with the segment before them.
      return value.isEmpty() || value.equals(".") || value.equals("..")
          ? fault(name, "cannot stand in a path")
          : UrlParameters.segment(value);
    }

    // RFC 9110, section 5.5, without what only some servers take: no line can end in it, and none
    // can begin.
    String headerValue(String name) {
      var value = anyValue(name);
      return value.chars().allMatch(c -> c >= ' ' && c < 127)
          ? value
          : fault(name, "has characters that a header cannot carry, as line breaks or accents");
    }

    private String basicValue(String name) {
      var value = anyValue(name);
      return value.chars().noneMatch(Character::isISOControl)
          ? value
          : fault(name, "has control characters, as line breaks");
    }

    private String userName(String name) {
      return basicValue(name).indexOf(':') < 0
          ? basicValue(name)
          : fault(name, "must not have a colon");
    }

    private String fault(String name, String why) {
      faults.put(name, why);
      return "";
    }

    <T> Optional<T> lacks(String name, String why) {
      fault(name, why);
      return Optional.empty();
    }
  }
}
