package wasl.local.intercept;

import java.util.List;
import java.util.Map;

/// Names S3's operations, which no header does.
final class S3Operation {
  private S3Operation() {}

  static String named(String method, String target, Map<String, List<String>> headers) {
    int mark = target.indexOf('?');
    String path = mark < 0 ? target : target.substring(0, mark);
    String query = mark < 0 ? "" : target.substring(mark + 1);
    int slash = path.indexOf('/', 1);
    boolean object = slash > 0 && slash < path.length() - 1;
    return switch (method) {
      case "PUT" -> object ? putObject(headers) : "CreateBucket";
      case "GET" -> object ? "GetObject" : "ListObjectsV2";
      case "HEAD" -> object ? "HeadObject" : "HeadBucket";
      case "DELETE" -> object ? "DeleteObject" : "DeleteBucket";
      case "POST" -> query.startsWith("delete") ? "DeleteObjects" : "PostObject";
      default -> method;
    };
  }

  private static String putObject(Map<String, List<String>> headers) {
    return headers.containsKey("x-amz-copy-source") ? "CopyObject" : "PutObject";
  }
}
