package wasl.provider;

import java.util.ArrayList;
import java.util.List;
import wasl.manifest.Manifest.AuthMode;
import wasl.manifest.Node.Fields;
import wasl.manifest.Template;

/// How the calls of an auth mode carry its credentials.
///
/// @param place where
/// @param name of the header, the parameter or the field
/// @param basic whether the value is `user:password`, sent by RFC 7617
record Sending(Place place, String name, Template format, boolean basic) {
  enum Place {
    HEADER,
    QUERY,
    BODY
  }

  private static final String AUTHORIZATION = "Authorization";

  /// What the mode's `send` says, or what is usual for such a mode.
  static List<Sending> of(AuthMode auth) {
    if (auth.facts().has("send")) {
      var sendings = new ArrayList<Sending>();
      for (var node : auth.facts().list("send")) {
        if (node instanceof Fields sent) {
          sendings.add(of(sent));
        }
      }
      return sendings;
    }
    if (auth.mode().equals("basic")) {
      return List.of(
          new Sending(Place.HEADER, AUTHORIZATION, new Template("{username}:{password}"), true));
    }
    return auth.hasToken()
        ? List.of(
            new Sending(
                Place.HEADER,
                AUTHORIZATION,
                new Template("Bearer {" + ProviderAccount.ACCESS_TOKEN + "}"),
                false))
        : List.of();
  }

  private static Sending of(Fields sent) {
    var place = sent.has("header") ? Place.HEADER : sent.has("query") ? Place.QUERY : Place.BODY;
    return new Sending(
        place,
        sent.text("header").or(() -> sent.text("query")).or(() -> sent.text("body")).orElse(""),
        new Template(sent.text("format", "")),
        sent.flag("basic", false));
  }
}
