package wasl.aws.crt;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import wasl.access.Tenant;
import wasl.aws.ItemKeys;
import wasl.event.ArchivedBody;
import wasl.event.BodyCodec;
import wasl.event.BodyRef;
import wasl.inbound.LargeBodies;
import wasl.vault.Vault;

/// Puts a large body into the archive as an object of its own.
public final class CrtLargeBodies implements LargeBodies {
  private static final String FOLDER = "bodies/";

  private final CrtAws aws;
  private final String bucket;
  private final BodyCodec codec;

  public CrtLargeBodies(CrtAws aws, String bucket, Vault vault) {
    this.aws = aws;
    this.bucket = bucket;
    this.codec = new BodyCodec(vault);
  }

  @Override
  public BodyRef put(Tenant tenant, String name, ArchivedBody body) {
    // In hexadecimal, since a key's other characters would have to be escaped in path and
    // signature.
    var unique = HexFormat.of().formatHex(name.getBytes(StandardCharsets.UTF_8));
    var object = FOLDER + ItemKeys.day(body.receivedAt()) + "/" + unique;
    var bytes = codec.seal(tenant, object, 0, body);
    aws.putObject(bucket, object, bytes);
    return new BodyRef(object, 0, bytes.length);
  }
}
