package wasl.local.aws;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// The first so many bytes of a stream.
final class LimitedInput extends FilterInputStream {
  private long left;

  LimitedInput(InputStream in, long length) {
    super(in);
    this.left = length;
  }

  @Override
  public int read() throws IOException {
    if (left == 0) {
      return -1;
    }
    int next = super.read();
    left -= next < 0 ? left : 1;
    return next;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (left == 0) {
      return -1;
    }
    int count = super.read(bytes, offset, (int) Math.min(length, left));
    left -= count < 0 ? left : count;
    return count;
  }
}
