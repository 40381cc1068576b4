package wasl.local.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.local.simulator.AuthMode.ClientAuth;
import wasl.local.simulator.AuthMode.Verdict;
import wasl.local.simulator.Client.Proven;
import wasl.local.simulator.Client.Unproven;
import wasl.web.Response;

/// Takes tokens back.
final class RevocationEndpoint {
  private final Grants grants;
  private final Client clients;

  RevocationEndpoint(Grants grants, Keys keys) {
    this.grants = grants;
    this.clients = new Client(keys);
  }

  /// @param inUrl what stands in the URL's placeholders
  Response answer(Endpoint.Revocation endpoint, Call call, Map<String, String> inUrl) {
    AuthMode mode = endpoint.modes().getFirst();
    return endpoint.isStandard() ? standard(mode, call) : own(mode, call, inUrl);
  }

  // RFC 7009.
  private Response standard(AuthMode mode, Call call) {
    Parameters fields = call.fields();
    Optional<String> token = fields.get("token");
    if (token.isEmpty() || !fields.repeated().isEmpty()) {
      return OAuthError.invalidRequest("token must stand there once").response(mode, call);
    }
    return switch (clients.of(call, mode)) {
      case Unproven(String why) -> OAuthError.invalidClient(why).response(mode, call);
      case Proven(String client, _) -> {
        Optional<Grant> grant = grants.ofToken(token.get());
        if (grant.isPresent() && !grant.get().client().equals(client)) {
          yield OAuthError.invalidGrant("the token is another client's").response(mode, call);
        }
        grants.revoke(token.get());
        // Section 2.2: also for tokens that nobody knows.
        yield Response.empty(200);
      }
    };
  }

  /// In the provider's own way: whatever in the call is a token is meant, else the account that it
  /// names.
  private Response own(AuthMode mode, Call call, Map<String, String> inUrl) {
    Facts revocation = mode.facts().at("revocation");
    boolean isProven =
        switch (revocation.text("client", "none")) {
          case "basic" -> clients.of(call, mode, ClientAuth.BASIC) instanceof Proven;
          case "post" -> clients.of(call, mode, ClientAuth.POST) instanceof Proven;
          default -> true;
        };
    if (!isProven || (revocation.flag("bearer", false) && call.bearer().isEmpty())) {
      return Json.error(401, "unauthorized", "client or token must prove itself");
    }
    List<String> texts = new ArrayList<>(inUrl.values());
    texts.addAll(call.query().values().values());
    texts.addAll(call.fields().values().values());
    call.bearer().ifPresent(texts::add);
    List<Grant> meant =
        texts.stream().map(grants::ofToken).flatMap(Optional::stream).distinct().toList();
    List<Grant> ended = meant.isEmpty() ? grants.ofAccountAndClient(mode.part(), texts) : meant;
    ended.forEach(grants::end);
    boolean isDone = !ended.isEmpty();
    if (mode.verdict().isPresent()) {
      Verdict verdict = mode.verdict().get();
      JsonTree json = new JsonTree();
      json.put(verdict.path(), isDone ? verdict.good() : OAuthError.opposite(verdict.good()));
      if (!isDone) {
        json.put("error", "invalid_auth");
      }
      return Json.response(200, json.root());
    }
    if (!isDone) {
      return Json.error(404, "not_found", "no such token");
    }
    return call.method().equals("DELETE")
        ? Response.empty(204)
        : Json.response(200, JsonNodeFactory.instance.objectNode());
  }
}
