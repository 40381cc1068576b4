package wasl.local.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A certificate for this machine's loopback address that nobody else trusts, made when it is
/// needed.
///
/// @param authorities the file that a client is to trust: the system's authorities, since reading
///   them is part of every TLS client's start, and this one
record TlsIdentity(SSLContext context, Path authorities) {
  private static final char[] PASSWORD = "not-a-secret".toCharArray();
  private static final Path SYSTEM = Path.of("/etc/ssl/certs/ca-certificates.crt");

  static TlsIdentity make(Path folder) throws IOException {
    var store = folder.resolve("stand-in.p12");
    keytool(store);
    try (InputStream in = Files.newInputStream(store)) {
      var keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD);
      var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, PASSWORD);
      var context = SSLContext.getInstance("TLS");
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(keys);
      context.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
      return new TlsIdentity(context, authorities(folder, keys));
    } catch (GeneralSecurityException e) {
      throw new IOException("keytool made what the JDK cannot read", e);
    }
  }

  private static void keytool(Path store) throws IOException {
    var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    var process =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "stand-in",
                "-keyalg",
                // Java signs with RSA for milliseconds: the stand-in's time, which AWS does not
                // take.
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "2",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-ext",
                "bc:c=ca:true",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException("keytool made no certificate");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static Path authorities(Path folder, KeyStore keys)
      throws IOException, GeneralSecurityException {
    var system = Files.isReadable(SYSTEM) ? Files.readString(SYSTEM) : "";
    var encoder = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.UTF_8));
    var own = encoder.encodeToString(keys.getCertificate("stand-in").getEncoded());
    var file = folder.resolve("authorities.pem");
    return Files.writeString(
        file, system + "\n-----BEGIN CERTIFICATE-----\n" + own + "\n-----END CERTIFICATE-----\n");
  }
}
