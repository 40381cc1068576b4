package wasl.function.managementapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import wasl.egress.AddressRules;
import wasl.egress.EgressUrl;
import wasl.manifest.Manifest;
import wasl.manifest.ManifestReader;
import wasl.manifest.Node;
import wasl.manifest.Parsed;
import wasl.web.JsonInput;

/// Checks what an integration's `config` says of an OAuth provider that no manifest knows.
final class OauthConfig {
  private static final String SECTION = "oauth2";
  private static final List<String> URLS = List.of("authorizationUrl", "tokenUrl", "revocationUrl");
  // Of a configuration, but not of an OAuth provider.
  private static final Set<String> OTHERS = Set.of("consentPage", "webhook", "auth");

  private final Manifest manifest;
  private final AddressRules egress;

  /// @param egress says where URLs may lead
  OauthConfig(Manifest manifest, AddressRules egress) {
    this.manifest = manifest;
    this.egress = egress;
  }

  /// Puts every fault of a configuration's OAuth keys into the input.
  ///
  /// @param config the object of that name in the input
  /// @param whole the same as it was sent
  void check(JsonInput input, JsonInput config, JsonNode whole) {
    if (!manifest.configurable().contains(SECTION)) {
      whole
          .fieldNames()
          .forEachRemaining(name -> {
            if (ManifestReader.isOauthKey(name) && config.json(name).isPresent()) {
              input.fault("config", "/" + name, "is fixed by the provider's manifest");
            }
          });
      return;
    }
    config.ignoreRest();
    ObjectNode keys = whole.deepCopy();
    keys.remove(OTHERS);
    switch (new ManifestReader().oauth2(keys)) {
      case Parsed.Faulty<Node.Fields>(var faults) ->
          faults.forEach(fault -> input.fault("config", fault.pointer(), fault.detail()));
      case Parsed.Valid<Node.Fields>(var given) -> checkUrls(input, given);
    }
    for (var name : needed(manifest)) {
      if (!keys.has(name)) {
        input.fault("config", "/" + name, "is missing");
      }
    }
  }

  /// The same of an integration without any.
  static void checkMissing(JsonInput input, Manifest manifest) {
    if (manifest.configurable().contains(SECTION)) {
      needed(manifest).forEach(name -> input.fault("config", "/" + name, "is missing"));
    }
  }

  private void checkUrls(JsonInput input, Node.Fields given) {
    for (var name : URLS) {
      given
          .text(name)
          .ifPresent(url ->
              EgressUrl.faults(url, egress)
                  .forEach(fault -> input.fault("config", "/" + name, fault)));
    }
  }

  // What the manifest leaves open and its modes cannot do without.
  private static List<String> needed(Manifest manifest) {
    var needed = new ArrayList<String>();
    for (var mode : manifest.auth()) {
      boolean byCode = mode.mode().equals("oauth2_authorization_code");
      if (byCode && !mode.facts().has("authorizationUrl")) {
        needed.add("authorizationUrl");
      }
      if ((byCode || mode.mode().equals("oauth2_client_credentials"))
          && !mode.facts().has("tokenUrl")) {
        needed.add("tokenUrl");
      }
    }
    return needed.stream().distinct().toList();
  }
}
