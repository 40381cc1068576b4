package wasl.function.oauthcallback;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.manifest.Manifest.LocalText;
import wasl.oauth.Authorizations;
import wasl.oauth.Callbacks;
import wasl.oauth.SetCookie;
import wasl.signing.Digests;
import wasl.web.Headers;
import wasl.web.Response;

/// What a browser is answered: pages in its language, and redirects.
///
/// A page has no script, is framed by nobody, stays in no cache, and tells nobody where it was left
/// from: its address and its links hold what only this browser may know.
final class Pages {
  private static final String STYLE =
      """
      :root{color-scheme:light dark;font-family:system-ui,sans-serif;line-height:1.6}
      body{margin:0;display:grid;min-height:100vh;place-items:center}
      main{max-width:32rem;padding:2rem}
      h1{font-size:1.4rem}
      ul{padding-inline-start:1.2rem}
      code{overflow-wrap:anywhere}
      a{display:inline-block;margin-top:1rem;padding:.6rem 1.4rem;border-radius:.5rem;\
      background:#14532d;color:#fff;text-decoration:none}
      """;

  private static final String POLICY =
      "default-src 'none'; style-src 'sha256-"
          + Base64.getEncoder()
              .encodeToString(Digests.sha256(STYLE.getBytes(StandardCharsets.UTF_8)))
          + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final Language language;

  private Pages(Language language) {
    this.language = language;
  }

  /// @param headers of the browser's request
  static Pages of(Headers headers) {
    return new Pages(Language.preferred(headers));
  }

  Response onward(Authorizations.Onward onward) {
    var answer = onward.page() ? consent(onward) : redirect(onward.url().reveal());
    return answer.withCookies(onward.cookies().stream().map(SetCookie::header).toList());
  }

  Response refused(Authorizations.Refused refused) {
    return switch (refused) {
      case SESSION_OVER ->
          page(
              410,
              say("This link is no longer valid", "لم يَعُد هذا الرابط صالحًا"),
              say(
                  "It was used, or its time is over. Ask for a new one where you got it.",
                  "استُخدم من قبل أو انتهت مهلته. اطلب رابطًا جديدًا ممّن أعطاك إياه."));
      case OTHER_BROWSER ->
          page(
              403,
              say("This link was opened elsewhere", "فُتح هذا الرابط في مكان آخر"),
              say(
                  "It works in the browser that opened it first. Ask for a new one where you got"
                      + " it.",
                  "يعمل الرابط في المتصفِّح الذي فتحه أولًا فقط. اطلب رابطًا جديدًا ممّن أعطاك"
                      + " إياه."));
      case NOT_CONNECTABLE ->
          page(
              409,
              say("Nothing can be connected here now", "لا يمكن الربط من هنا الآن"),
              say(
                  "What this link belongs to was changed or removed. Ask whoever gave it to you.",
                  "عُدِّل ما يخصّه هذا الرابط أو حُذف. اسأل من أعطاك إياه."));
    };
  }

  Response connected(Callbacks.Connected connected) {
    return onOrPage(
        connected.redirectTo(),
        connected.forget(),
        () ->
            page(
                200,
                say("Connected", "تمّ الربط"),
                say("You may close this window.", "يمكنك إغلاق هذه النافذة.")));
  }

  Response failed(Callbacks.Failed failed) {
    return onOrPage(
        failed.redirectTo(),
        failed.forget(),
        () ->
            page(
                400,
                say("Not connected", "لم يتمّ الربط"),
                say("The reason: ", "السبب: ") + code(failed.error())));
  }

  Response refused(Callbacks.Refused refused) {
    return switch (refused) {
      case STATE_UNKNOWN ->
          page(
              400,
              say("This cannot be continued", "لا يمكن متابعة العملية"),
              say(
                  "It was finished before, or took too long. Begin again where you came from.",
                  "اكتملت العملية من قبل أو استغرقت وقتًا طويلًا. ابدأ من جديد من حيث أتيت."));
      case OTHER_BROWSER ->
          page(
              403,
              say("This was begun in another browser", "بدأت العملية في متصفِّح آخر"),
              say(
                  "Finish it there, or begin again here. Cookies must be allowed for this site.",
                  "أكملها هناك أو ابدأ من جديد هنا. يجب السماح لهذا الموقع بملفات تعريف"
                      + " الارتباط."));
    };
  }

  Response nothingHere() {
    return page(404, say("There is nothing here", "لا يوجد شيء هنا"), "");
  }

  /// @param status 500 or 503
  Response broken(int status, String requestId) {
    return page(
        status,
        say("This did not work just now", "لم ينجح ذلك الآن"),
        say(
                "Load this page again in a moment, or begin again where you came from. If that does"
                    + " not work either, tell whoever gave you the link this number: ",
                "أعِد تحميل هذه الصفحة بعد قليل أو ابدأ من جديد من حيث أتيت. وإن لم ينجح ذلك"
                    + " أيضًا فأبلغ من أعطاك الرابط بهذا الرقم: ")
            + code(requestId));
  }

  private Response consent(Authorizations.Onward onward) {
    var provider = name(onward.provider());
    var body = new StringBuilder();
    body.append(
        say("%s asks for access to your account at %s.", "تطلب %s الوصول إلى حسابك لدى %s.")
            .formatted(isolated(onward.project()), isolated(provider)));
    if (!onward.scopes().isEmpty()) {
      body.append(say(" It asks for:", " وتطلب ما يلي:")).append("</p><ul>");
      onward.scopes().forEach(scope -> body.append("<li>").append(code(scope)).append("</li>"));
      body.append("</ul><p>");
    }
    body.append("</p><p><a href=\"")
        .append(escaped(onward.url().reveal()))
        .append("\" rel=\"noreferrer\">")
        .append(say("Continue to %s", "المتابعة إلى %s").formatted(isolated(provider)))
        .append("</a>");
    return page(200, say("Connect %s", "ربط %s").formatted(provider), body.toString());
  }

  private String name(LocalText text) {
    return text.in(language.tag());
  }

  private String say(String english, String arabic) {
    return switch (language) {
      case ENGLISH -> english;
      case ARABIC -> arabic;
    };
  }

  private static Response onOrPage(
      Optional<String> redirectTo, SetCookie forget, java.util.function.Supplier<Response> page) {
    return redirectTo.map(Pages::redirect).orElseGet(page).withCookies(List.of(forget.header()));
  }

  private static Response redirect(String url) {
    return new Response(
        302,
        Map.of("location", url, "cache-control", "no-store", "referrer-policy", "no-referrer"),
        new byte[0]);
  }

  /// @param title text
  /// @param body HTML of a paragraph
  private Response page(int status, String title, String body) {
    var html =
        "<!doctype html>\n<html lang=\""
            + language.tag()
            + "\" dir=\""
            + language.direction()
            + "\"><head><meta charset=\"utf-8\">"
            + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>"
            + escaped(title)
            + "</title><style>"
            + STYLE
            + "</style></head><body><main><h1>"
            + escaped(title)
            + "</h1><p>"
            + body
            + "</p></main></body></html>\n";
    var headers = new LinkedHashMap<String, String>();
    headers.put("content-type", "text/html; charset=utf-8");
    headers.put("content-language", language.tag());
    headers.put("content-security-policy", POLICY);
    headers.put("cache-control", "no-store");
    headers.put("referrer-policy", "no-referrer");
    headers.put("x-content-type-options", "nosniff");
    headers.put("x-frame-options", "DENY");
    return new Response(status, headers, html.getBytes(StandardCharsets.UTF_8));
  }

  // Names of either direction stand in texts of either.
  private static String isolated(String text) {
    return "<bdi>" + escaped(text) + "</bdi>";
  }

  private static String code(String text) {
    return "<code dir=\"ltr\">" + escaped(text) + "</code>";
  }

  static String escaped(String text) {
    var out = new StringBuilder(text.length() + 16);
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }
}
