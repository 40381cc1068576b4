package wasl.signing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import wasl.signing.Signatures.Candidates;
import wasl.signing.Verdict.Reason;
import wasl.signing.Verdict.Refused;

/// Where a request's signature stands and how it is written.
public record SignaturePlace(Place place, Format format) {
  /// More are not tried: each costs a comparison, and no provider rotates through so many.
  private static final int MOST = 16;

  /// How the text at the place holds the signature.
  public sealed interface Format {
    Signatures read(String text);
  }

  /// Nothing but the signature.
  public record Plain() implements Format {
    @Override
    public Signatures read(String text) {
      return one(text);
    }
  }

  /// A fixed text, then the signature: `sha256=…`.
  public record Prefixed(String prefix) implements Format {
    @Override
    public Signatures read(String text) {
      return text.startsWith(prefix)
          ? one(text.substring(prefix.length()))
          : malformed("does not begin with its fixed prefix");
    }
  }

  /// Keys and values: `t=…,v1=…,v1=…`, blanks around pairs allowed. Other keys are passed over, so
  /// that a weaker version beside the one asked for counts for nothing.
  ///
  /// @param delimiter between pairs
  /// @param timeKey empty where the time stands elsewhere
  public record KeyValues(char delimiter, String key, Optional<String> timeKey) implements Format {
    @Override
    public Signatures read(String text) {
      var found = new ArrayList<String>();
      Optional<String> time = Optional.empty();
      int start = 0;
      while (start <= text.length()) {
        int next = text.indexOf(delimiter, start);
        int end = next < 0 ? text.length() : next;
        var pair = text.substring(start, end).strip();
        int equals = pair.indexOf('=');
        if (equals < 0) {
          return malformed("holds a part that is no key=value");
        }
        var name = pair.substring(0, equals);
        var value = pair.substring(equals + 1);
        if (timeKey.isPresent() && name.equals(timeKey.get())) {
          if (time.isPresent()) {
            return new Refused(Reason.DOUBLED_HEADER, "the signature holds two times");
          }
          time = Optional.of(value);
        } else if (name.equals(key)) {
          found.add(value);
        }
        start = end + 1;
      }
      return several(found, time);
    }
  }

  /// Items of a version tag and a signature: `v1,… v1,…`.
  public record Tagged(String tag) implements Format {
    @Override
    public Signatures read(String text) {
      var found = new ArrayList<String>();
      int start = 0;
      while (start <= text.length()) {
        int next = text.indexOf(' ', start);
        int end = next < 0 ? text.length() : next;
        int comma = text.indexOf(',', start);
        if (comma < 0 || comma >= end) {
          return malformed("holds an item without a version tag");
        }
        // Two headers folded into one leave a comma where only a blank may part items.
        int second = text.indexOf(',', comma + 1);
        if (second >= 0 && second < end) {
          return doubled();
        }
        if (text.substring(start, comma).equals(tag)) {
          found.add(text.substring(comma + 1, end));
        }
        start = end + 1;
      }
      return several(found, Optional.empty());
    }
  }

  Signatures read(RequestValues values) {
    var all = values.all(place);
    if (all.isEmpty() || all.getFirst().isEmpty()) {
      return new Refused(Reason.MISSING_SIGNATURE, "the request carries no signature");
    }
    return all.size() == 1 ? format.read(all.getFirst()) : doubled();
  }

  private static Signatures one(String text) {
    if (text.isEmpty()) {
      return malformed("is empty");
    }
    // No encoding of signatures has a comma: this is a header sent twice, folded into one.
    return text.indexOf(',') >= 0 ? doubled() : new Candidates(List.of(text), Optional.empty());
  }

  private static Signatures several(List<String> found, Optional<String> time) {
    if (found.isEmpty()) {
      return new Refused(
          Reason.MISSING_SIGNATURE, "the request carries no signature of the version asked for");
    }
    return found.size() > MOST
        ? malformed("holds too many signatures")
        : new Candidates(found, time);
  }

  private static Refused malformed(String what) {
    return new Refused(Reason.MALFORMED_SIGNATURE, "the signature ".concat(what));
  }

  private static Refused doubled() {
    return new Refused(Reason.DOUBLED_HEADER, "the signature was sent twice");
  }
}
