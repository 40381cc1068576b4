package wasl.local.aws;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// One page of a bucket's objects.
///
/// @param next where the next page starts, after this key or prefix; empty on the last page
record S3Listing(List<S3Object> objects, List<String> commonPrefixes, Optional<String> next) {

  static S3Listing of(S3Bucket bucket, String prefix, String delimiter, String after, int maxKeys) {
    List<S3Object> objects = new ArrayList<>();
    List<String> prefixes = new ArrayList<>();
    boolean fromStart = after.compareTo(prefix) < 0;
    Iterator<S3Object> candidates =
        bucket.objectsFrom(fromStart ? prefix : after, fromStart).iterator();
    String last = after;
    while (candidates.hasNext()) {
      S3Object object = candidates.next();
      if (!object.key().startsWith(prefix)) {
        break;
      }
      int end = delimiter.isEmpty() ? -1 : object.key().indexOf(delimiter, prefix.length());
      String entry = end < 0 ? object.key() : object.key().substring(0, end + delimiter.length());
      // A page that ended with a common prefix must not bring it up again.
      if (end >= 0 && entry.equals(last)) {
        continue;
      }
      if (objects.size() + prefixes.size() == maxKeys) {
        return new S3Listing(
            objects, prefixes, maxKeys == 0 ? Optional.empty() : Optional.of(last));
      }
      if (end < 0) {
        objects.add(object);
      } else {
        prefixes.add(entry);
      }
      last = entry;
    }
    return new S3Listing(objects, prefixes, Optional.empty());
  }
}
