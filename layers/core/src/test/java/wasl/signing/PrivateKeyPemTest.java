package wasl.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wasl.signing.PrivateKeyPem.Read;
import wasl.vault.Secret;

class PrivateKeyPemTest {
  @Test
  void reads_pkcs8_of_rsa_and_ec() throws Exception {
    var rsa = rsa(2048);
    var ec = ec("secp256r1");

    assertThat(read(pem("PRIVATE KEY", rsa.getEncoded()))).isEqualTo(new Read.Key(rsa));
    assertThat(read(pem("PRIVATE KEY", ec.getEncoded()))).isEqualTo(new Read.Key(ec));
  }

  @Test
  void reads_pkcs1_of_rsa_of_every_size() throws Exception {
    for (int bits : new int[] {512, 1024, 2048, 4096}) {
      var rsa = rsa(bits);
      assertThat(read(pem("RSA PRIVATE KEY", pkcs1(rsa)))).isEqualTo(new Read.Key(rsa));
    }
  }

  @Test
  void reads_lines_parted_by_the_two_characters_of_a_json_file() throws Exception {
    var rsa = rsa(2048);

    assertThat(read(pem("PRIVATE KEY", rsa.getEncoded()).replace("\n", "\\n")))
        .isEqualTo(new Read.Key(rsa));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no key at all            | is not in PEM form, with its lines BEGIN and END
          -----BEGIN PRIVATE KEY-----\\nAAAA | is not in PEM form, with its lines BEGIN and END
          -----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY----- | is cut short or damaged, or of an algorithm other than RSA or EC
          -----BEGIN RSA PRIVATE KEY-----\\nAAAA\\n-----END RSA PRIVATE KEY----- | is cut short or damaged, or of an algorithm other than RSA or EC
          -----BEGIN ENCRYPTED PRIVATE KEY-----\\nAAAA\\n-----END ENCRYPTED PRIVATE KEY----- | is encrypted; give it without a passphrase
          -----BEGIN RSA PRIVATE KEY-----\\nProc-Type: 4,ENCRYPTED\\n\\nAAAA\\n-----END RSA PRIVATE KEY----- | is encrypted; give it without a passphrase
          -----BEGIN EC PRIVATE KEY-----\\nAAAA\\n-----END EC PRIVATE KEY----- | is in the form "EC PRIVATE KEY"; convert it to PKCS#8 (openssl pkcs8 -topk8)
          -----BEGIN OPENSSH PRIVATE KEY-----\\nAAAA\\n-----END OPENSSH PRIVATE KEY----- | is in the form "OPENSSH PRIVATE KEY"; convert it to PKCS#8 (openssl pkcs8 -topk8)
          -----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY----- | is no private key, but a "PUBLIC KEY"
          -----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE----- | is no private key, but a "CERTIFICATE"
          """)
  void says_what_else_it_is(String text, String why) {
    assertThat(read(text)).isEqualTo(new Read.Unusable(why));
  }

  @Test
  void wants_one_key_alone() throws Exception {
    var one = pem("PRIVATE KEY", rsa(2048).getEncoded());

    assertThat(read(one + one)).isInstanceOf(Read.Unusable.class);
    assertThat(read(pem("CERTIFICATE", new byte[9]) + one)).isInstanceOf(Read.Unusable.class);
  }

  @Test
  void says_nothing_of_the_key() throws Exception {
    var pem = pem("PRIVATE KEY", rsa(2048).getEncoded());

    assertThat(read(pem).toString()).isEqualTo("Key(RSA ***)");
  }

  @Test
  void takes_for_each_algorithm_only_its_keys() throws Exception {
    var rsa = Secret.of(pem("PRIVATE KEY", rsa(2048).getEncoded()));
    var small = Secret.of(pem("PRIVATE KEY", rsa(1024).getEncoded()));
    var p256 = Secret.of(pem("PRIVATE KEY", ec("secp256r1").getEncoded()));
    var p384 = Secret.of(pem("PRIVATE KEY", ec("secp384r1").getEncoded()));

    assertThat(JwtKey.read(JwtKey.Algorithm.RS256, rsa)).isInstanceOf(JwtKey.Read.Key.class);
    assertThat(JwtKey.read(JwtKey.Algorithm.ES256, p256)).isInstanceOf(JwtKey.Read.Key.class);
    assertThat(JwtKey.read(p256)).isInstanceOf(JwtKey.Read.Key.class);
    assertThat(JwtKey.read(JwtKey.Algorithm.RS256, small))
        .isEqualTo(new JwtKey.Read.Unusable("must have 2048 bits or more"));
    assertThat(JwtKey.read(JwtKey.Algorithm.RS256, p256))
        .isEqualTo(new JwtKey.Read.Unusable("must be an RSA key for RS256"));
    assertThat(JwtKey.read(JwtKey.Algorithm.ES256, p384))
        .isEqualTo(new JwtKey.Read.Unusable("must be on the curve P-256"));
  }

  @Test
  void openssl_s_own_files_are_read() throws Exception {
    var folder = Files.createTempDirectory("keys");
    var pkcs1 = folder.resolve("rsa.pem");
    var made =
        new ProcessBuilder("openssl", "genrsa", "-traditional", "-out", pkcs1.toString(), "2048");
    org.junit.jupiter.api.Assumptions.assumeTrue(runs(made), "openssl is not here");

    assertThat(Files.readString(pkcs1)).startsWith("-----BEGIN RSA PRIVATE KEY-----");
    assertThat(read(Files.readString(pkcs1))).isInstanceOf(Read.Key.class);
  }

  private static boolean runs(ProcessBuilder command) throws InterruptedException {
    try {
      var process = command.redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (java.io.IOException absent) {
      return false;
    }
  }

  private static Read read(String pem) {
    return PrivateKeyPem.read(Secret.of(pem));
  }

  private static PrivateKey rsa(int bits) throws Exception {
    var keys = KeyPairGenerator.getInstance("RSA");
    keys.initialize(bits);
    return keys.generateKeyPair().getPrivate();
  }

  private static PrivateKey ec(String curve) throws Exception {
    var keys = KeyPairGenerator.getInstance("EC");
    keys.initialize(new ECGenParameterSpec(curve));
    return keys.generateKeyPair().getPrivate();
  }

  /// PKCS#8 without the algorithm: what follows the last header of an OCTET STRING.
  private static byte[] pkcs1(PrivateKey rsa) {
    var pkcs8 = rsa.getEncoded();
    // version, then AlgorithmIdentifier
    int at = pkcs8[1] == (byte) 0x82 ? 4 : pkcs8[1] == (byte) 0x81 ? 3 : 2;
    at += 3 + 15;
    at += pkcs8[at + 1] == (byte) 0x82 ? 4 : pkcs8[at + 1] == (byte) 0x81 ? 3 : 2;
    return java.util.Arrays.copyOfRange(pkcs8, at, pkcs8.length);
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(kind, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), kind);
  }
}
