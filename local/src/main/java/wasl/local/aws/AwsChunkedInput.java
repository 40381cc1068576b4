package wasl.local.aws;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// Takes the framing of `aws-chunked` off a body: chunks with a size and perhaps a signature, then
/// trailers, which carry the checksum.
final class AwsChunkedInput extends InputStream {
  private static final int MAX_LINE = 8192;

  private final InputStream in;
  private final Map<String, String> trailers = new HashMap<>();
  private long left;
  private boolean started;
  private boolean ended;

  AwsChunkedInput(InputStream in) {
    this.in = in;
  }

  /// By lower-case name; complete once the stream has ended.
  Map<String, String> trailers() {
    return Map.copyOf(trailers);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left == 0 && !nextChunk()) {
      return -1;
    }
    int count = in.read(bytes, offset, (int) Math.min(length, left));
    if (count < 0) {
      throw new IOException("the body ends within a chunk");
    }
    left -= count;
    return count;
  }

  private boolean nextChunk() throws IOException {
    if (ended) {
      return false;
    }
    if (started && !line().isEmpty()) {
      throw new IOException("a chunk is longer than it says");
    }
    started = true;
    String header = line();
    int semicolon = header.indexOf(';');
    String size = semicolon < 0 ? header : header.substring(0, semicolon);
    try {
      left = Long.parseUnsignedLong(size.strip(), 16);
    } catch (NumberFormatException e) {
      throw new IOException("a chunk without a size", e);
    }
    if (left > 0) {
      return true;
    }
    ended = true;
    for (String trailer = line(); !trailer.isEmpty(); trailer = line()) {
      int colon = trailer.indexOf(':');
      if (colon > 0) {
        trailers.put(
            trailer.substring(0, colon).strip().toLowerCase(Locale.ROOT),
            trailer.substring(colon + 1).strip());
      }
    }
    return false;
  }

  /// The end of the body ends a line too: the last empty one is often left out.
  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      if (line.size() > MAX_LINE) {
        throw new IOException("a chunk's header is too long");
      }
      line.write(next);
    }
    String text = line.toString(StandardCharsets.UTF_8);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
