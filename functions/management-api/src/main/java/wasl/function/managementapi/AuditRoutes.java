package wasl.function.managementapi;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.access.Scope;
import wasl.audit.AuditRecord;
import wasl.audit.AuditTrail;
import wasl.page.Page;
import wasl.page.PageRequest;
import wasl.web.ApiRequest;
import wasl.web.JsonObject;
import wasl.web.Query;
import wasl.web.Response;
import wasl.web.Result;
import wasl.web.Route;

/// Who did or saw what, of the caller's own project and environment.
final class AuditRoutes {
  private static final String EXPORT = "/v1/audit/export";
  private static final int MOST_LINES = 1000;

  private final AuditTrail trail;
  private final InstantSource clock;

  AuditRoutes(AuditTrail trail, InstantSource clock) {
    this.trail = trail;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.list("/v1/audit", Scope.AUDIT_READ, "listAudit", this::list)
            .taking("actor", "action", "since", "until"),
        Route.get(EXPORT, Scope.AUDIT_READ, "exportAudit", this::export)
            .taking("since", "until", "cursor"));
  }

  private Result<Response> list(ApiRequest request) {
    var query = request.query();
    var wanted =
        new AuditTrail.Query(
            query.text("actor"),
            query.text("action"),
            query.time("since").orElse(Instant.EPOCH),
            query.time("until").orElseGet(() -> clock.instant().plusSeconds(1)));
    var page = query.page();
    if (query.isFaulty()) {
      return query.refused();
    }
    return JsonObject.page(trail.newestFirst(request.tenant(), wanted, page), AuditRoutes::shown)
        .ok(200);
  }

  private Result<Response> export(ApiRequest request) {
    var query = request.query();
    var since = query.time("since");
    // Said in the link too: what happens while it is read is of the next export.
    var until = query.time("until").orElseGet(clock::instant);
    var after = query.cursor();
    if (query.isFaulty()) {
      return query.refused();
    }
    var wanted =
        new AuditTrail.Query(
            Optional.empty(), Optional.empty(), since.orElse(Instant.EPOCH), until);
    var lines = lines(request, wanted, after);
    var answer = new Response(200, Map.of("content-type", "application/x-ndjson"), text(lines));
    return Result.ok(
        lines
            .next()
            .map(next -> answer.withHeader("link", link(request, since, until, next)))
            .orElse(answer));
  }

  private Page<AuditRecord> lines(
      ApiRequest request, AuditTrail.Query wanted, Optional<String> after) {
    var lines = new ArrayList<AuditRecord>();
    var next = after;
    do {
      int limit = Math.min(PageRequest.MOST, MOST_LINES - lines.size());
      var page = trail.oldestFirst(request.tenant(), wanted, new PageRequest(limit, next));
      lines.addAll(page.items());
      next = page.next();
    } while (next.isPresent() && lines.size() < MOST_LINES);
    return new Page<>(lines, next);
  }

  private static byte[] text(Page<AuditRecord> lines) {
    var text = new ByteArrayOutputStream();
    for (var line : lines.items()) {
      text.writeBytes(shown(line).bytes());
      text.write('\n');
    }
    return text.toByteArray();
  }

  // RFC 8288.
  private static String link(
      ApiRequest request, Optional<Instant> since, Instant until, String next) {
    return "<%s%s?%suntil=%s&cursor=%s>; rel=\"next\""
        .formatted(
            request.baseUrl(),
            EXPORT,
            since.map(time -> "since=" + encoded(time) + "&").orElse(""),
            encoded(until),
            Query.cursor(next));
  }

  private static String encoded(Instant time) {
    return URLEncoder.encode(time.toString(), StandardCharsets.UTF_8);
  }

  private static JsonObject shown(AuditRecord what) {
    return new JsonObject()
        .put("id", what.id())
        .put("at", what.at())
        .put("actor", what.actor())
        .put("action", what.action())
        .put("subject", what.subject())
        .maybe("reason", what.reason())
        .put("requestId", what.requestId());
  }
}
