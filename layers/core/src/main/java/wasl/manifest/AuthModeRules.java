package wasl.manifest;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import wasl.manifest.Node.Fields;
import wasl.manifest.Node.Text;

/// What must be true of an auth mode beyond the shape of its keys, so that whoever fills in its
/// fields gets a connection: its placeholders stand for something, nothing secret gets into a URL,
/// and what its kind needs is there.
final class AuthModeRules {
  private static final String ACCESS_TOKEN = "accessToken";

  /// Names that credentials have besides their fields.
  private static final Set<String> TAKEN = Set.of("type", "fields");

  private static final Set<String> TOKEN_ENDPOINT =
      Set.of("oauth2_authorization_code", "oauth2_client_credentials", "jwt_bearer");

  private final Fields document;
  private final boolean configured;
  private final Faults faults;

  /// @param document the manifest; of a configuration, its `auth` alone
  /// @param configured whether it stands in a configuration
  AuthModeRules(Fields document, boolean configured, Faults faults) {
    this.document = document;
    this.configured = configured;
    this.faults = faults;
  }

  void check() {
    var names = new HashSet<String>();
    var auth = document.list("auth");
    for (int i = 0; i < auth.size(); i++) {
      if (auth.get(i) instanceof Fields mode) {
        var pointer = Faults.child("/auth", i);
        if (!names.add(mode.text("mode", "") + "/" + mode.text("variant", "")) && !configured) {
          faults.add(pointer, "is of the mode and variant of another one");
        }
        new One(mode, pointer).check();
      }
    }
    whoami();
    baseUrls();
  }

  // The manifest's own is made with any mode's credentials: it can name what all of them have.
  private void whoami() {
    if (document.node("whoami").orElse(Node.Nothing.NOTHING) instanceof Fields whoami) {
      call(whoami, "/whoami", common(), Set.of());
      for (var node : document.list("auth")) {
        if (node instanceof Fields mode && !mode.has("whoami")) {
          sent(mode, whoami, "/whoami");
        }
      }
    }
  }

  private Map<String, Fields> common() {
    Map<String, Fields> common = null;
    for (var node : document.list("auth")) {
      if (node instanceof Fields mode
          && !mode.has("whoami")
          && !Manifest.AuthMode.fetchesToken(mode.text("mode", ""))) {
        var fields = fields(mode);
        if (common == null) {
          common = fields;
        } else {
          common.keySet().retainAll(fields.keySet());
        }
      }
    }
    return common == null ? Map.of() : common;
  }

  // What goes into a body cannot go with a call that has none.
  private void sent(Fields mode, Fields call, String pointer) {
    boolean inBody =
        mode.list("send").stream()
            .anyMatch(node -> node instanceof Fields sent && sent.has("body"));
    if (!call.text("method", "").equals("POST") && (inBody || call.has("body"))) {
      faults.add(Faults.child(pointer, "method"), "must be POST: the call has a body");
    }
  }

  private Map<String, Fields> fields(Fields mode) {
    var fields = new LinkedHashMap<String, Fields>();
    for (var side : document.fields("modes").nodes().values()) {
      if (side instanceof Fields facts) {
        gather(facts.list("variables"), fields);
      }
    }
    gather(mode.list("fields"), fields);
    return fields;
  }

  private static void gather(List<Node> nodes, Map<String, Fields> into) {
    for (var node : nodes) {
      if (node instanceof Fields field) {
        into.put(field.text("name", ""), field);
      }
    }
  }

  private void call(Fields call, String pointer, Map<String, Fields> fields, Set<String> more) {
    call.text("url").ifPresent(url -> url(url, Faults.child(pointer, "url"), fields, more));
    call.text("path")
        .ifPresent(path -> {
          url(path, Faults.child(pointer, "path"), fields, more);
          base(call.text("baseUrl", "api"), Faults.child(pointer, "path"));
        });
    for (var part : List.of("headers", "body")) {
      call.fields(part)
          .nodes()
          .forEach((name, node) -> {
            if (node instanceof Text(var text)) {
              text(text, Faults.child(Faults.child(pointer, part), name), fields, more);
            }
          });
    }
  }

  private void base(String name, String pointer) {
    boolean known =
        document.fields("modes").nodes().values().stream()
            .anyMatch(side -> side instanceof Fields facts && facts.fields("baseUrls").has(name));
    if (!known) {
      faults.add(
          pointer,
          configured
              ? "must be a url: a configuration has no base URL"
              : "needs a base URL \"" + name + "\" in modes");
    }
  }

  private void url(String url, String pointer, Map<String, Fields> fields, Set<String> more) {
    text(url, pointer, fields, more);
    for (var name : new Template(url).names()) {
      var field = fields.get(name);
      if (field != null && field.flag("secret", true)) {
        faults.add(pointer, "must not hold {" + name + "}, which is secret: URLs are logged");
      }
      if (field != null && field.flag("optional", false)) {
        faults.add(pointer, "must not hold {" + name + "}, which is optional");
      }
    }
  }

  private void text(String text, String pointer, Map<String, Fields> fields, Set<String> more) {
    var template = new Template(text);
    if (template.hasStrayBrace()) {
      faults.add(pointer, "has a brace that belongs to no {placeholder}");
    }
    for (var name : template.names()) {
      if (!fields.containsKey(name) && !more.contains(name)) {
        var known = new HashSet<>(fields.keySet());
        known.addAll(more);
        faults.addUnknown(pointer, name, known.stream().sorted().toList());
      }
    }
  }

  // Their placeholders are variables of their side, or fields of a mode that may call.
  private void baseUrls() {
    document
        .fields("modes")
        .nodes()
        .forEach((side, node) -> {
          if (node instanceof Fields facts) {
            var pointer = Faults.child(Faults.child("/modes", side), "baseUrls");
            facts
                .fields("baseUrls")
                .nodes()
                .forEach((name, url) -> {
                  if (url instanceof Text(var text)) {
                    url(text, Faults.child(pointer, name), any(), Set.of());
                  }
                });
          }
        });
  }

  private Map<String, Fields> any() {
    var fields = new LinkedHashMap<String, Fields>();
    for (var node : document.list("auth")) {
      if (node instanceof Fields mode) {
        fields.putAll(fields(mode));
      }
    }
    return fields.isEmpty() ? fields(new Fields(Map.of())) : fields;
  }

  /// One of them.
  private final class One {
    private final Fields mode;
    private final String kind;
    private final String pointer;
    private final Map<String, Fields> fields;
    private final Set<String> token;

    One(Fields mode, String pointer) {
      this.mode = mode;
      this.kind = mode.text("mode", "");
      this.pointer = pointer;
      this.fields = fields(mode);
      this.token = Manifest.AuthMode.hasToken(kind) ? Set.of(ACCESS_TOKEN) : Set.of();
    }

    void check() {
      names();
      send();
      if (mode.node("whoami").orElse(Node.Nothing.NOTHING) instanceof Fields whoami) {
        call(whoami, at("whoami"), fields, Set.of());
        sent(mode, whoami, at("whoami"));
      }
      for (var claim : List.of("issuer", "subject", "audience", "keyId", "region")) {
        mode.text(claim).ifPresent(text -> text(text, at(claim), fields, Set.of()));
      }
      if (mode.has("revocation")) {
        revocation(mode.fields("revocation"));
      }
      mode.text("accountField")
          .filter(name -> !fields.containsKey(name) || fields.get(name).flag("secret", true))
          .ifPresent(
              name -> faults.add(at("accountField"), "must name a field that is not secret"));
      kind();
    }

    private void names() {
      var place = at("fields");
      var names = new HashSet<String>();
      for (int i = 0; i < mode.list("fields").size(); i++) {
        if (mode.list("fields").get(i) instanceof Fields field) {
          var name = field.text("name", "");
          var pointer = Faults.child(Faults.child(place, i), "name");
          if (TAKEN.contains(name) || token.contains(name)) {
            faults.add(pointer, "must not be " + name);
          }
          if (!names.add(name)) {
            faults.add(pointer, "stands twice");
          }
        }
      }
    }

    private void send() {
      for (int i = 0; i < mode.list("send").size(); i++) {
        if (mode.list("send").get(i) instanceof Fields sent) {
          var place = Faults.child(at("send"), i);
          text(sent.text("format", ""), Faults.child(place, "format"), fields, token);
          if (sent.flag("basic", false) && !sent.has("header")) {
            faults.add(Faults.child(place, "basic"), "needs a header");
          }
          if (sent.flag("basic", false) && sent.text("format", "").indexOf(':') < 0) {
            faults.add(Faults.child(place, "format"), "must be user:password");
          }
        }
      }
    }

    // The client and its tokens are what is given back; none of it may stand in a log.
    private void revocation(Fields revocation) {
      call(
          revocation,
          at("revocation"),
          fields,
          Set.of(ACCESS_TOKEN, "refreshToken", "clientId", "clientSecret", "account"));
    }

    private void kind() {
      if (TOKEN_ENDPOINT.contains(kind)) {
        urls();
      }
      switch (kind) {
        case "basic" -> {
          if (!mode.has("send") && !fields.containsKey("username")) {
            faults.add(at("fields"), "needs a field username, or send to say what is sent");
          }
        }
        case "app_jwt" -> {
          needs("privateKey");
          if (!mode.has("issuer")) {
            needs("appId");
          }
          exchange();
        }
        case "jwt_bearer" -> needs("privateKey");
        case "two_step" -> {
          call(mode.fields("login"), at("login"), fields, Set.of());
        }
        case "aws_sigv4" -> {
          needs("accessKeyId");
          needs("secretAccessKey");
          if (!mode.has("region")) {
            needs("region");
          }
        }
        case "mtls" -> {
          needs("certificate");
          needs("privateKey");
        }
        default -> {
          // Whatever its fields are called.
        }
      }
    }

    private void exchange() {
      mode.text("exchange")
          .ifPresent(path -> {
            url(path, at("exchange"), fields, Set.of());
            base("api", at("exchange"));
          });
    }

    private void needs(String field) {
      if (!fields.containsKey(field)) {
        faults.add(at("fields"), "needs a field " + field);
      }
    }

    private void urls() {
      boolean fromConfig = document.texts("configurable").contains("oauth2");
      needs("tokenUrl", fromConfig);
      if (kind.equals("oauth2_authorization_code")) {
        needs("authorizationUrl", fromConfig);
      }
      for (var url : List.of("authorizationUrl", "tokenUrl", "revocationUrl")) {
        mode.text(url).ifPresent(text -> plain(text, at(url)));
        mode.fields("sandbox")
            .text(url)
            .ifPresent(text -> plain(text, Faults.child(at("sandbox"), url)));
      }
    }

    private void needs(String url, boolean fromConfig) {
      boolean stands = mode.has(url) || mode.fields("sandbox").has(url);
      if (!stands && !fromConfig) {
        faults.add(at(url), "is missing");
      }
    }

    // Before there are credentials nothing could be put into them.
    private void plain(String url, String pointer) {
      if (url.indexOf('{') >= 0) {
        faults.add(pointer, "must have no {placeholder}");
      }
    }

    private String at(String key) {
      return Faults.child(pointer, key);
    }
  }
}
