package wasl.local.aws;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/// The part of S3 that stores, lists and gives back objects, by paths that begin with the bucket.
final class S3Service implements Service {
  private static final int MAX_KEYS = 1000;
  private static final DateTimeFormatter HTTP_TIME =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter SIGNING_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssX");
  private static final Set<String> KEPT_HEADERS =
      Set.of(
          "content-type",
          "content-encoding",
          "content-language",
          "content-disposition",
          "cache-control",
          "expires",
          "x-amz-server-side-encryption",
          "x-amz-server-side-encryption-aws-kms-key-id",
          "x-amz-server-side-encryption-bucket-key-enabled");

  /// Query parameters that do not make a request another operation.
  private static final Set<String> PLAIN_PARAMETERS =
      Set.of(
          "list-type",
          "prefix",
          "delimiter",
          "max-keys",
          "continuation-token",
          "start-after",
          "encoding-type",
          "fetch-owner",
          "max-buckets",
          "x-id");

  private final Path folder;
  private final InstantSource clock;
  private final Map<String, S3Bucket> buckets = new ConcurrentSkipListMap<>();

  private S3Service(Path folder, InstantSource clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /// Opens the buckets that the folder holds.
  static S3Service open(Path folder, InstantSource clock) throws IOException {
    S3Service service = new S3Service(folder, clock);
    List<Path> folders;
    try (Stream<Path> list = Files.list(folder)) {
      folders = list.filter(Files::isDirectory).toList();
    }
    for (Path bucket : folders) {
      service.buckets.put(bucket.getFileName().toString(), S3Bucket.open(bucket, clock));
    }
    return service;
  }

  /// A request, taken apart.
  ///
  /// @param key empty for the bucket itself
  private record Request(
      HttpExchange exchange, String bucket, String key, Map<String, String> query) {
    String method() {
      return exchange.getRequestMethod();
    }

    @Nullable String header(String name) {
      return exchange.getRequestHeaders().getFirst(name);
    }

    String parameter(String name) {
      return query.getOrDefault(name, "");
    }

    /// The query parameter that names another operation than the plain one, or an empty text.
    String subresource() {
      return query.keySet().stream()
          .filter(name -> !PLAIN_PARAMETERS.contains(name))
          .filter(name -> !name.startsWith("X-Amz-") && !name.startsWith("response-"))
          .findFirst()
          .orElse("");
    }
  }

  @Override
  public void answer(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("x-amz-request-id", UUID.randomUUID().toString());
    try {
      Request request = parse(exchange);
      refuseExpired(request);
      if (request.bucket().isEmpty()) {
        listBuckets(request);
      } else if (request.key().isEmpty()) {
        answerForBucket(request);
      } else {
        answerForObject(request);
      }
    } catch (AwsFault fault) {
      sendFault(exchange, fault);
    }
  }

  private static Request parse(HttpExchange exchange) {
    String path = exchange.getRequestURI().getRawPath().substring(1);
    int slash = path.indexOf('/');
    Map<String, String> query = new TreeMap<>();
    @Nullable String raw = exchange.getRequestURI().getRawQuery();
    if (raw != null) {
      for (String parameter : raw.split("&", -1)) {
        int equals = parameter.indexOf('=');
        query.put(
            decode(equals < 0 ? parameter : parameter.substring(0, equals)),
            equals < 0 ? "" : decode(parameter.substring(equals + 1)));
      }
    }
    return new Request(
        exchange,
        decodePath(slash < 0 ? path : path.substring(0, slash)),
        slash < 0 ? "" : decodePath(path.substring(slash + 1)),
        query);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /// In a path a plus is a plus.
  private static String decodePath(String text) {
    return decode(text.replace("+", "%2B"));
  }

  /// A presigned URL says in itself how long it is good for.
  private void refuseExpired(Request request) {
    String date = request.parameter("X-Amz-Date");
    String expires = request.parameter("X-Amz-Expires");
    if (date.isEmpty() || expires.isEmpty()) {
      return;
    }
    try {
      Instant signed = ZonedDateTime.parse(date, SIGNING_TIME).toInstant();
      if (clock.instant().isAfter(signed.plusSeconds(Long.parseLong(expires)))) {
        throw new AwsFault(403, "AccessDenied", "Request has expired");
      }
    } catch (DateTimeException | NumberFormatException e) {
      throw AwsFault.of(
          "AuthorizationQueryParametersError", "X-Amz-Date or X-Amz-Expires is malformed");
    }
  }

  private void listBuckets(Request request) throws IOException {
    if (!request.method().equals("GET")) {
      throw notAllowed();
    }
    Xml xml = Xml.document("ListAllMyBucketsResult");
    xml.open("Owner").element("ID", EmbeddedAwsConfig.ACCOUNT).close();
    xml.open("Buckets");
    for (S3Bucket bucket : buckets.values()) {
      xml.open("Bucket")
          .element("Name", bucket.name())
          .element("CreationDate", bucket.created())
          .close();
    }
    sendXml(request, xml);
  }

  private void answerForBucket(Request request) throws IOException {
    switch (request.method() + " " + request.subresource()) {
      case "PUT " -> createBucket(request);
      case "HEAD " -> {
        find(request);
        send(request, 200);
      }
      case "DELETE " -> deleteBucket(request);
      case "GET " -> list(request, find(request));
      case "GET location" -> {
        find(request);
        sendXml(request, Xml.document("LocationConstraint"));
      }
      case "POST delete" -> deleteObjects(request, find(request));
      case "PUT lifecycle" -> {
        find(request).putLifecycle(body(request));
        send(request, 200);
      }
      case "GET lifecycle" ->
          sendDocument(
              request, 200, lifecycle(request).document().getBytes(StandardCharsets.UTF_8));
      case "DELETE lifecycle" -> {
        find(request).deleteLifecycle();
        send(request, 204);
      }
      default -> throw notImplemented(request);
    }
  }

  private void answerForObject(Request request) throws IOException {
    S3Bucket bucket = find(request);
    switch (request.method() + " " + request.subresource()) {
      case "PUT " -> {
        if (request.header("x-amz-copy-source") == null) {
          putObject(request, bucket);
        } else {
          copyObject(request, bucket);
        }
      }
      case "GET ", "HEAD " -> getObject(request, bucket);
      case "DELETE " -> {
        bucket.delete(request.key());
        send(request, 204);
      }
      default -> throw notImplemented(request);
    }
  }

  private void createBucket(Request request) throws IOException {
    String name = request.bucket();
    if (!name.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
      throw AwsFault.of("InvalidBucketName", "The specified bucket is not valid.");
    }
    body(request);
    synchronized (buckets) {
      if (buckets.containsKey(name)) {
        throw new AwsFault(
            409,
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.");
      }
      buckets.put(name, S3Bucket.open(folder.resolve(name), clock));
      DurableFile.force(folder);
    }
    request.exchange().getResponseHeaders().set("Location", "/" + name);
    send(request, 200);
  }

  private void deleteBucket(Request request) throws IOException {
    synchronized (buckets) {
      if (!find(request).removeIfEmpty()) {
        throw new AwsFault(409, "BucketNotEmpty", "The bucket you tried to delete is not empty.");
      }
      buckets.remove(request.bucket());
    }
    send(request, 204);
  }

  private S3Lifecycle lifecycle(Request request) {
    return find(request)
        .lifecycle()
        .orElseThrow(() ->
            new AwsFault(
                404, "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"));
  }

  private void list(Request request, S3Bucket bucket) throws IOException {
    if (!request.parameter("list-type").equals("2")) {
      throw new AwsFault(501, "NotImplemented", "the embedded S3 lists by ListObjectsV2 only");
    }
    S3Listing listing =
        S3Listing.of(
            bucket,
            request.parameter("prefix"),
            request.parameter("delimiter"),
            startOf(request),
            maxKeys(request));
    boolean encoded = request.parameter("encoding-type").equals("url");
    Xml xml = Xml.document("ListBucketResult");
    xml.element("Name", bucket.name());
    xml.element("Prefix", name(request.parameter("prefix"), encoded));
    if (!request.parameter("delimiter").isEmpty()) {
      xml.element("Delimiter", name(request.parameter("delimiter"), encoded));
    }
    if (encoded) {
      xml.element("EncodingType", "url");
    }
    xml.element("MaxKeys", maxKeys(request));
    xml.element("KeyCount", listing.objects().size() + listing.commonPrefixes().size());
    xml.element("IsTruncated", listing.next().isPresent());
    listing.next().ifPresent(last -> xml.element("NextContinuationToken", token(last)));
    for (S3Object object : listing.objects()) {
      xml.open("Contents")
          .element("Key", name(object.key(), encoded))
          .element("LastModified", object.lastModified())
          .element("ETag", "\"" + object.etag() + "\"")
          .element("Size", object.size())
          .element("StorageClass", "STANDARD")
          .close();
    }
    for (String prefix : listing.commonPrefixes()) {
      xml.open("CommonPrefixes").element("Prefix", name(prefix, encoded)).close();
    }
    sendXml(request, xml);
  }

  private static String startOf(Request request) {
    String token = request.parameter("continuation-token");
    if (token.isEmpty()) {
      return request.parameter("start-after");
    }
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw AwsFault.of("InvalidArgument", "The continuation token provided is incorrect");
    }
  }

  private static String token(String last) {
    return Base64.getUrlEncoder().encodeToString(last.getBytes(StandardCharsets.UTF_8));
  }

  private static int maxKeys(Request request) {
    String text = request.parameter("max-keys");
    if (text.isEmpty()) {
      return MAX_KEYS;
    }
    if (!text.matches("[0-9]{1,9}")) {
      throw AwsFault.of("InvalidArgument", "Provided max-keys not an integer or within range");
    }
    return Math.min(MAX_KEYS, Integer.parseInt(text));
  }

  private static String name(String text, boolean encoded) {
    return encoded ? URLEncoder.encode(text, StandardCharsets.UTF_8).replace("%2F", "/") : text;
  }

  private void deleteObjects(Request request, S3Bucket bucket) throws IOException {
    Element delete = Xml.parse(body(request));
    boolean quiet = Xml.text(delete, "Quiet").equals("true");
    Xml xml = Xml.document("DeleteResult");
    for (Element object : Xml.children(delete, "Object")) {
      String key = Xml.text(object, "Key");
      bucket.delete(key);
      if (!quiet) {
        xml.open("Deleted").element("Key", key).close();
      }
    }
    sendXml(request, xml);
  }

  private void putObject(Request request, S3Bucket bucket) throws IOException {
    refuseLongKey(request.key());
    InputStream raw = request.exchange().getRequestBody();
    Optional<AwsChunkedInput> chunked =
        isChunked(request) ? Optional.of(new AwsChunkedInput(raw)) : Optional.empty();
    S3Object object =
        bucket.put(
            new S3Bucket.Incoming(
                request.key(),
                chunked.map(InputStream.class::cast).orElse(raw),
                keptHeaders(request),
                () -> checksums(request, chunked),
                request.header("Content-MD5"),
                there -> checkBeforeWriting(request, there)));
    Headers headers = request.exchange().getResponseHeaders();
    headers.set("ETag", "\"" + object.etag() + "\"");
    object.checksums().forEach(headers::set);
    object.headers().entrySet().stream()
        .filter(header -> header.getKey().startsWith("x-amz-server-side-encryption"))
        .forEach(header -> headers.set(header.getKey(), header.getValue()));
    send(request, 200);
  }

  private void copyObject(Request request, S3Bucket bucket) throws IOException {
    refuseLongKey(request.key());
    @Nullable String header = request.header("x-amz-copy-source");
    String source = decodePath(header == null ? "" : header).replaceFirst("^/", "");
    int slash = source.indexOf('/');
    if (slash < 1) {
      throw AwsFault.of("InvalidArgument", "Copy Source must mention the source bucket and key");
    }
    boolean replace = "REPLACE".equals(request.header("x-amz-metadata-directive"));
    S3Bucket from = find(source.substring(0, slash));
    try (S3Bucket.Opened original = from.read(source.substring(slash + 1));
        InputStream bytes = new LimitedInput(original.bytes(0), original.object().size())) {
      S3Object copy =
          bucket.put(
              new S3Bucket.Incoming(
                  request.key(),
                  bytes,
                  replace ? keptHeaders(request) : original.object().headers(),
                  original.object()::checksums,
                  null,
                  there -> checkBeforeWriting(request, there)));
      Xml xml = Xml.document("CopyObjectResult");
      xml.element("LastModified", copy.lastModified());
      xml.element("ETag", "\"" + copy.etag() + "\"");
      sendXml(request, xml);
    }
  }

  private static void refuseLongKey(String key) {
    if (key.getBytes(StandardCharsets.UTF_8).length > 1024) {
      throw AwsFault.of("KeyTooLongError", "Your key is too long");
    }
  }

  private static boolean isChunked(Request request) {
    @Nullable String hash = request.header("x-amz-content-sha256");
    @Nullable String encoding = request.header("Content-Encoding");
    return (hash != null && hash.startsWith("STREAMING-"))
        || (encoding != null && encoding.contains("aws-chunked"));
  }

  private static Map<String, String> keptHeaders(Request request) {
    Map<String, String> kept = new HashMap<>();
    kept.put("content-type", "binary/octet-stream");
    request
        .exchange()
        .getRequestHeaders()
        .forEach((header, values) -> {
          String name = header.toLowerCase(Locale.ROOT);
          if (KEPT_HEADERS.contains(name) || name.startsWith("x-amz-meta-")) {
            kept.put(name, String.join(",", values));
          }
        });
    // The framing is taken off, and with it its name.
    kept.computeIfPresent(
        "content-encoding",
        (name, value) -> {
          String left = value.replaceAll("aws-chunked\\s*,?\\s*", "").replaceAll("\\s*,\\s*$", "");
          return left.isEmpty() ? null : left;
        });
    return kept;
  }

  private static Map<String, String> checksums(Request request, Optional<AwsChunkedInput> chunked) {
    Map<String, String> sums = new HashMap<>();
    request
        .exchange()
        .getRequestHeaders()
        .forEach((header, values) -> putChecksum(sums, header, values.getFirst()));
    chunked.ifPresent(
        body -> body.trailers().forEach((header, value) -> putChecksum(sums, header, value)));
    return sums;
  }

  private static void putChecksum(Map<String, String> sums, String header, String value) {
    String name = header.toLowerCase(Locale.ROOT);
    if (name.matches("x-amz-checksum-(crc32|crc32c|crc64nvme|sha1|sha256)")) {
      sums.put(name, value);
    }
  }

  private static void checkBeforeWriting(Request request, Optional<S3Object> there) {
    @Nullable String noneMatch = request.header("If-None-Match");
    @Nullable String match = request.header("If-Match");
    if (noneMatch != null && there.filter(object -> matches(noneMatch, object)).isPresent()) {
      throw preconditionFailed();
    }
    if (match != null) {
      if (there.isEmpty()) {
        throw S3Bucket.noSuchKey();
      }
      if (!matches(match, there.orElseThrow())) {
        throw preconditionFailed();
      }
    }
  }

  private static boolean matches(String condition, S3Object object) {
    return Stream.of(condition.split(","))
        .map(String::strip)
        .anyMatch(tag -> tag.equals("*") || tag.replace("\"", "").equals(object.etag()));
  }

  private static AwsFault preconditionFailed() {
    return new AwsFault(
        412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
  }

  private void getObject(Request request, S3Bucket bucket) throws IOException {
    try (S3Bucket.Opened opened = bucket.read(request.key())) {
      S3Object object = opened.object();
      describe(request, object);
      @Nullable String match = request.header("If-Match");
      if (match != null && !matches(match, object)) {
        throw preconditionFailed();
      }
      @Nullable String noneMatch = request.header("If-None-Match");
      if (noneMatch != null && matches(noneMatch, object)) {
        send(request, 304);
        return;
      }
      Optional<ByteRange> range = ByteRange.parse(request.header("Range"), object.size());
      if (range.isPresent()) {
        ByteRange part = range.orElseThrow();
        request
            .exchange()
            .getResponseHeaders()
            .set(
                "Content-Range", "bytes " + part.first() + "-" + part.last() + "/" + object.size());
        sendBytes(request, 206, opened, part);
      } else {
        if ("ENABLED".equals(request.header("x-amz-checksum-mode"))) {
          object.checksums().forEach(request.exchange().getResponseHeaders()::set);
        }
        sendBytes(request, 200, opened, new ByteRange(0, object.size() - 1));
      }
    }
  }

  private static void describe(Request request, S3Object object) {
    Headers headers = request.exchange().getResponseHeaders();
    object.headers().forEach(headers::set);
    headers.set("ETag", "\"" + object.etag() + "\"");
    headers.set("Last-Modified", HTTP_TIME.format(object.lastModified()));
    headers.set("Accept-Ranges", "bytes");
  }

  private static void sendBytes(
      Request request, int status, S3Bucket.Opened opened, ByteRange range) throws IOException {
    HttpExchange exchange = request.exchange();
    if (request.method().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Long.toString(range.length()));
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, range.length() == 0 ? -1 : range.length());
    try (InputStream bytes = new LimitedInput(opened.bytes(range.first()), range.length());
        OutputStream out = exchange.getResponseBody()) {
      bytes.transferTo(out);
    }
  }

  private S3Bucket find(Request request) {
    return find(request.bucket());
  }

  private S3Bucket find(String name) {
    @Nullable S3Bucket bucket = buckets.get(name);
    if (bucket == null) {
      throw new AwsFault(404, "NoSuchBucket", "The specified bucket does not exist");
    }
    return bucket;
  }

  private static byte[] body(Request request) throws IOException {
    InputStream raw = request.exchange().getRequestBody();
    return isChunked(request) ? new AwsChunkedInput(raw).readAllBytes() : raw.readAllBytes();
  }

  private static AwsFault notImplemented(Request request) {
    return new AwsFault(
        501,
        "NotImplemented",
        "the embedded S3 has no " + request.method() + " ?" + request.subresource());
  }

  private static AwsFault notAllowed() {
    return new AwsFault(
        405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
  }

  private static void send(Request request, int status) throws IOException {
    request.exchange().sendResponseHeaders(status, -1);
  }

  private static void sendXml(Request request, Xml xml) throws IOException {
    sendDocument(request, 200, xml.bytes());
  }

  private static void sendDocument(Request request, int status, byte[] document)
      throws IOException {
    request.exchange().getResponseHeaders().set("Content-Type", "application/xml");
    request.exchange().sendResponseHeaders(status, document.length);
    request.exchange().getResponseBody().write(document);
  }

  private static void sendFault(HttpExchange exchange, AwsFault fault) throws IOException {
    exchange.getRequestBody().readAllBytes();
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(fault.status(), -1);
      return;
    }
    byte[] document =
        Xml.error()
            .element("Code", fault.code())
            .element("Message", fault.text())
            .element("Resource", exchange.getRequestURI().getPath())
            .bytes();
    exchange.getResponseHeaders().set("Content-Type", "application/xml");
    exchange.sendResponseHeaders(fault.status(), document.length);
    exchange.getResponseBody().write(document);
  }
}
