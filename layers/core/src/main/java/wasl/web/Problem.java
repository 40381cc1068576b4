package wasl.web;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What went wrong, for the caller: RFC 9457 `application/problem+json`.
///
/// @param type a word of ours: `validation-failed`; in JSON it stands as
///   `https://wasl.dev/problems/<type>`
/// @param detail what is wrong with this request, for a person; never empty
/// @param errors every fault of the input, each with a JSON pointer (RFC 6901) to its place
/// @param retryAfter sent as `Retry-After` in whole seconds
public record Problem(
    int status,
    String type,
    String title,
    String detail,
    List<Fault> errors,
    Optional<Duration> retryAfter) {
  /// One fault of the input.
  ///
  /// @param pointer JSON pointer into the body, `""` for the whole; `#query/<name>` for a query
  ///   parameter
  public record Fault(String pointer, String detail) {}

  private static final JsonFactory JSON = new JsonFactory();

  public Problem {
    if (detail.isBlank()) {
      throw new IllegalArgumentException("a problem needs a detail: " + type);
    }
    errors = List.copyOf(errors);
  }

  public Problem(int status, String type, String title, String detail) {
    this(status, type, title, detail, List.of(), Optional.empty());
  }

  /// 400: cannot be parsed.
  public static Problem malformed(String detail) {
    return new Problem(400, "malformed", "The request cannot be parsed", detail);
  }

  /// 401: names nothing, so that nothing can be learned from it.
  public static Problem unauthorized() {
    return new Problem(
        401,
        "unauthorized",
        "Not authorized",
        "the request carries no valid proof of who sends it");
  }

  /// 403: the key lacks a scope; said before anything is looked up.
  public static Problem scopeMissing(String scope) {
    return new Problem(403, "scope-missing", "Not allowed", "this needs the scope " + scope);
  }

  /// 404: absent, or another project's; the two look the same.
  public static Problem notFound() {
    return new Problem(404, "not-found", "Not found", "there is nothing of that name here");
  }

  public static Problem conflict(String type, String detail) {
    return new Problem(409, type, "Conflict", detail);
  }

  public static Problem gone(String detail) {
    return new Problem(410, "gone", "No longer kept", detail);
  }

  /// 422: well-formed but wrong; every fault is named.
  public static Problem invalid(List<Fault> errors) {
    return new Problem(
        422,
        "validation-failed",
        "The request is not valid",
        errors.size() == 1 ? "1 fault" : errors.size() + " faults",
        errors,
        Optional.empty());
  }

  public static Problem unavailable(Duration retryAfter) {
    return new Problem(
        503,
        "unavailable",
        "Try again later",
        "this could not be done just now; the same request may be sent again",
        List.of(),
        Optional.of(retryAfter));
  }

  /// 503: a provider that the answer hangs on does not give one.
  public static Problem providerUnavailable(String why, Duration retryAfter) {
    return new Problem(
        503,
        "provider-unavailable",
        "The provider does not answer",
        "nothing was stored, since the provider did not say whether it takes the credentials: "
            + why,
        List.of(),
        Optional.of(retryAfter));
  }

  /// @param instance the request id
  public Response response(String instance) {
    var out = new ByteArrayOutputStream();
    try (var json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("type", "https://wasl.dev/problems/" + type);
      json.writeStringField("title", title);
      json.writeNumberField("status", status);
      json.writeStringField("detail", detail);
      json.writeStringField("instance", instance);
      if (!errors.isEmpty()) {
        json.writeArrayFieldStart("errors");
        for (var error : errors) {
          json.writeStartObject();
          json.writeStringField("pointer", error.pointer());
          json.writeStringField("detail", error.detail());
          json.writeEndObject();
        }
        json.writeEndArray();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var response =
        new Response(
            status,
            java.util.Map.of("content-type", "application/problem+json"),
            out.toByteArray());
    return withRetryAfter(response);
  }

  /// This problem in other words, with its `Retry-After`.
  public Response withRetryAfter(Response words) {
    return retryAfter
        .map(wait -> words.withHeader("retry-after", Long.toString(Math.max(1, wait.toSeconds()))))
        .orElse(words);
  }
}
