package wasl.signing;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where a value stands in a request, or the value itself.
public sealed interface Place {
  /// A header, whatever its case.
  record Header(String name) implements Place {
    public Header {
      name = name.toLowerCase(Locale.ROOT);
    }

    // Written out: a record's own are linked at run time, which costs milliseconds of a cold start.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Header that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }
  }

  /// A parameter of the URL's query.
  record Query(String name) implements Place {}

  /// A field of a form in the body.
  record Form(String name) implements Place {}

  /// A scalar of a JSON body.
  record Json(JsonPath path) implements Place {}

  /// Not in the request: the same for each.
  record Literal(String text) implements Place {}
}
