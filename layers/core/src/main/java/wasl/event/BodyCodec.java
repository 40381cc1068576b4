package wasl.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import wasl.access.Tenant;
import wasl.vault.Place;
import wasl.vault.Sealed;
import wasl.vault.Secret;
import wasl.vault.Vault;
import wasl.web.Headers;

/// Turns a raw request into the bytes that the archive keeps, and back: one JSON line about it,
/// then its body as received, deflated, then sealed for the one place in the archive where it lies.
public final class BodyCodec {
  static final int VERSION = 1;

  /// A body has at most 4 MiB and its headers 10 KB; what swells beyond this was not written here.
  static final int MOST_BYTES = 16 * 1024 * 1024;

  private static final JsonFactory JSON = new JsonFactory();

  private final Vault vault;

  public BodyCodec(Vault vault) {
    this.vault = vault;
  }

  /// The stored bytes cannot be read as an archived body.
  public static final class Unreadable extends RuntimeException {
    Unreadable(String why) {
      super("an archived body cannot be read: " + why);
    }
  }

  /// @param object the S3 key under which the bytes will lie
  /// @param offset where in the object they will begin
  public byte[] seal(Tenant tenant, String object, long offset, ArchivedBody body) {
    return vault.seal(place(tenant, object, offset), Secret.of(deflate(plain(body)))).bytes();
  }

  /// Opens what was sealed for this reference, and for no other.
  ///
  /// @param stored the bytes of the reference's range
  public ArchivedBody open(Tenant tenant, BodyRef ref, byte[] stored) {
    var deflated = vault.open(place(tenant, ref.object(), ref.offset()), new Sealed(stored));
    return read(inflate(deflated.revealBytes()));
  }

  private static Place place(Tenant tenant, String object, long offset) {
    return new Place(tenant, "body#" + object + ":" + offset, "body");
  }

  private static byte[] plain(ArchivedBody body) {
    var out = new ByteArrayOutputStream(body.body().length + 1024);
    try (var json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("v", VERSION);
      json.writeStringField("method", body.method());
      json.writeStringField("rawQuery", body.rawQuery());
      json.writeNumberField("receivedAt", body.receivedAt().toEpochMilli());
      json.writeObjectFieldStart("headers");
      for (var header : body.headers().values().entrySet()) {
        json.writeStringField(header.getKey(), header.getValue());
      }
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writes to memory only", e);
    }
    // JSON escapes line feeds, so the first one ends the header line.
    out.write('\n');
    out.writeBytes(body.body());
    return out.toByteArray();
  }

  private static ArchivedBody read(byte[] plain) {
    int end = 0;
    while (end < plain.length && plain[end] != '\n') {
      end++;
    }
    if (end == plain.length) {
      throw new Unreadable("it has no header line");
    }
    long version = 0;
    var method = "";
    var rawQuery = "";
    long receivedAt = 0;
    var headers = new LinkedHashMap<String, String>();
    try (var json = JSON.createParser(plain, 0, end)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        json.nextToken();
        switch (name) {
          case "v" -> version = json.getLongValue();
          case "method" -> method = json.getText();
          case "rawQuery" -> rawQuery = json.getText();
          case "receivedAt" -> receivedAt = json.getLongValue();
          case "headers" -> {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
              var header = json.currentName();
              json.nextToken();
              headers.put(header, json.getText());
            }
          }
          default -> json.skipChildren();
        }
      }
    } catch (IOException e) {
      // Without its cause, which may quote a header.
      throw new Unreadable("its header line is no JSON");
    }
    if (version != VERSION) {
      throw new Unreadable("its version is " + version + ", this code reads " + VERSION);
    }
    return new ArchivedBody(
        method,
        rawQuery,
        new Headers(headers),
        Arrays.copyOfRange(plain, end + 1, plain.length),
        Instant.ofEpochMilli(receivedAt));
  }

  private static byte[] deflate(byte[] plain) {
    try (var deflater = new Deflater()) {
      deflater.setInput(plain);
      deflater.finish();
      var out = new ByteArrayOutputStream(plain.length / 2 + 64);
      var buffer = new byte[16 * 1024];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    }
  }

  private static byte[] inflate(byte[] deflated) {
    try (var inflater = new Inflater()) {
      inflater.setInput(deflated);
      var out = new ByteArrayOutputStream(deflated.length * 3);
      var buffer = new byte[16 * 1024];
      while (!inflater.finished()) {
        int count = inflater.inflate(buffer);
        if (count == 0) {
          throw new Unreadable("its compressed form is cut off");
        }
        if (out.size() + count > MOST_BYTES) {
          throw new Unreadable("it is larger than " + MOST_BYTES + " bytes");
        }
        out.write(buffer, 0, count);
      }
      return out.toByteArray();
    } catch (DataFormatException e) {
      throw new Unreadable("its compressed form is broken");
    }
  }
}
