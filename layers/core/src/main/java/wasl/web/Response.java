package wasl.web;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An HTTP answer.
///
/// @param headers names in lower case
/// @param cookies the values of its `Set-Cookie` headers, of which there may be several
/// @param body the bytes; empty for none
public record Response(int status, Map<String, String> headers, List<String> cookies, byte[] body) {
  public Response {
    headers = Map.copyOf(headers);
    cookies = List.copyOf(cookies);
  }

  /// An answer that sets no cookie.
  public Response(int status, Map<String, String> headers, byte[] body) {
    this(status, headers, List.of(), body);
  }

  public static Response empty(int status) {
    return new Response(status, Map.of(), new byte[0]);
  }

  /// @param json one JSON value in UTF-8
  public static Response json(int status, byte[] json) {
    return new Response(status, Map.of("content-type", "application/json"), json);
  }

  public Response withHeader(String name, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Response(status, more, cookies, body);
  }

  public Response withCookies(List<String> more) {
    var all = new ArrayList<>(cookies);
    all.addAll(more);
    return new Response(status, headers, all, body);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Response that
        && status == that.status
        && headers.equals(that.headers)
        && cookies.equals(that.cookies)
        && java.util.Arrays.equals(body, that.body);
  }

  @Override
  public int hashCode() {
    return java.util.Objects.hash(status, headers, cookies, java.util.Arrays.hashCode(body));
  }

  @Override
  public String toString() {
    return "Response(" + status + ", " + body.length + " bytes)";
  }
}
